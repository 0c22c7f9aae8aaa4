"""The base of every view that serves one restaurant's data: granted, then through the door."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from typing import Any, ClassVar

from django.http import HttpResponseBase
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.accounts import permissions, tokens
from apps.tenants import scope


class RestaurantAPIView(APIView):
    """A view of one restaurant's data. `self.place` is from the token or key, never from the request's body.

    Subclasses set `permission` to a row of the table, or to a dict of rows by method.
    """

    permission: ClassVar[str | dict[str, str] | None] = None
    place: scope.Place
    grant: tokens.Grant

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self.door:
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        assert isinstance(request.auth, tokens.Grant)
        self.grant = request.auth
        self.pass_the_door()

    def pass_the_door(self) -> None:
        if self.grant.place is None:
            raise exceptions.PermissionDenied("Name a restaurant when you sign in: this token spans all of them.")
        self.place = self.grant.place
        self.door.enter_context(self.way_in())

    def may(self, permission: str) -> bool:
        return permissions.allowed(self.grant.role, permission)

    def way_in(self) -> AbstractContextManager[Any]:
        """Into the restaurant's own schema, as its role."""
        return scope.enter(self.place)


class InstallationAPIView(RestaurantAPIView):
    """A view of what spans restaurants, for tokens with and without one. It stays outside of all of them: whoever it
    shows is chosen by the grant, and each restaurant is entered by itself."""

    def pass_the_door(self) -> None:
        self.door.enter_context(scope.public())
