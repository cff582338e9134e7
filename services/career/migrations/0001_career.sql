-- What career reads: the facts about people, the texts that count, the posts there are.

-- One writer per row: one source's one partition. Nothing is changed but `superseded…`, once.
CREATE TABLE dossier_facts (
    source                text        NOT NULL,
    partition             integer     NOT NULL,
    event_id              uuid        NOT NULL,
    generation            integer     NOT NULL,
    psn                   bigint      NOT NULL,
    person_id             uuid        NOT NULL,
    agency                text        NOT NULL,
    kind                  text        NOT NULL,
    payload               text        NOT NULL,
    effective_from        date        NOT NULL,
    until                 date,
    recorded_at           timestamptz NOT NULL,
    superseded_generation integer,
    superseded_psn        bigint,
    superseded_at         timestamptz,
    PRIMARY KEY (source, partition, event_id)
);
CREATE INDEX dossier_facts_person ON dossier_facts (person_id);

CREATE TABLE adopted_policies (
    source      text        NOT NULL,
    partition   integer     NOT NULL,
    event_id    uuid        NOT NULL,
    generation  integer     NOT NULL,
    psn         bigint      NOT NULL,
    policy      text        NOT NULL,
    layer       text        NOT NULL,
    agency      text        NOT NULL,
    content     text        NOT NULL,
    sha256      text        NOT NULL,
    shipped     boolean     NOT NULL,
    known_since text        NOT NULL,
    approved_by text        NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (source, partition, event_id)
);
CREATE INDEX adopted_policies_name ON adopted_policies (policy, layer, agency);

CREATE TABLE posts (
    source         text    NOT NULL,
    partition      integer NOT NULL,
    post_id        uuid    NOT NULL,
    agency         text    NOT NULL,
    code           text    NOT NULL,
    name           text    NOT NULL,
    position_class text    NOT NULL,
    jenjang        text,
    field          text,
    unit_id        uuid    NOT NULL,
    PRIMARY KEY (source, partition, post_id)
);
CREATE INDEX posts_id ON posts (post_id);
