"""What the tests' own PostgreSQL does for them."""

from tests.cluster import Cluster

WARNED = """
CREATE TABLE kept (words text);
INSERT INTO kept VALUES ('one');
CREATE FUNCTION warned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'gone'; RETURN OLD; END $$;
CREATE TRIGGER warning BEFORE DELETE ON kept FOR EACH ROW EXECUTE FUNCTION warned();
"""


def test_a_warning_is_no_answer_to_the_emptying_of_a_database(postgresql: Cluster) -> None:
    warning, other = postgresql.database(), postgresql.database()
    postgresql.sql(WARNED, database=warning)
    postgresql.empty([warning], ["kept"])
    postgresql.sql("CREATE TABLE kept AS SELECT 'two' AS words", database=other)
    postgresql.empty([other], ["kept"])
    assert postgresql.sql("SELECT count(*) FROM kept", database=other) == "0\n"
