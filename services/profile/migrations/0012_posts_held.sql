-- Who holds a post is asked by post: whoever moved to another agency held it before.
CREATE INDEX person_card_of_post ON person_card (post_id) WHERE kind = 'position';
