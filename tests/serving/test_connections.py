"""Connections that stay open between requests, replaced when the server ended them."""

from contextlib import closing

import psycopg2
import pytest
from django.db import close_old_connections, connection

from tests.news.factories import make_article

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def tested_connection():
    """An open connection that Django tests at the first query of each request."""
    connection.ensure_connection()
    connection.health_check_enabled = True
    yield
    connection.close()


def end_from_the_other_side():
    """End the page's connection as a restart of PostgreSQL does."""
    wanted = ("host", "port", "user", "password", "dbname")
    parameters = {key: value for key, value in connection.get_connection_params().items() if key in wanted}
    with closing(psycopg2.connect(**parameters)) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])


@pytest.mark.parametrize("round_", range(4))
def test_an_article_is_read_after_the_server_ended_the_connection(client, round_):
    article = make_article()
    assert client.get(article.get_absolute_url()).status_code == 200
    before = connection.connection
    end_from_the_other_side()

    close_old_connections()
    response = client.get(article.get_absolute_url())

    assert response.status_code == 200
    assert connection.connection is not before
