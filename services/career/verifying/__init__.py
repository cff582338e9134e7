"""Evidence, checked from its bytes alone: on an auditor's laptop, and by the portal's service.

No database, no Kafka and no service is needed; a test runs it where there is none.
"""
