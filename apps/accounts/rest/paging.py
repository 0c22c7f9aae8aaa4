"""How long a page of a list is."""

from __future__ import annotations

from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class Pages(PageNumberPagination):
    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 200


def size_asked(request: Request) -> int:
    """What the request wants, within what may be."""
    return Pages().get_page_size(request) or Pages.page_size
