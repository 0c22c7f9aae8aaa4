"""The one permission table: which role may do what. Code, tests and `docs/permissions.md` share it."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """The reference's three roles. SuperAdmin spans all restaurants, the others belong to one."""

    SUPER_ADMIN = "SuperAdmin"
    RESTAURANT_ADMIN = "RestaurantAdmin"
    STAFF_VIEWER = "StaffViewer"


_ADMINS = frozenset({Role.SUPER_ADMIN, Role.RESTAURANT_ADMIN})
_EVERYONE = frozenset(Role)

TABLE: dict[str, frozenset[Role]] = {
    "account.own": _EVERYONE,
    "account.second_factor": _ADMINS,
    "restaurant.view": _EVERYONE,
    "restaurants.manage": frozenset({Role.SUPER_ADMIN}),
    "settings.view": _ADMINS,
    "settings.change": _ADMINS,
    "phone_numbers.view": _ADMINS,
    "phone_numbers.change": frozenset({Role.SUPER_ADMIN}),
    "staff_contacts.view": _ADMINS,
    "staff_contacts.change": _ADMINS,
    "team.view": _ADMINS,
    "team.change": _ADMINS,
    "menu.view": _EVERYONE,
    "menu.change": _ADMINS,
    "menu.eighty_six": _EVERYONE,
    "calls.view": _EVERYONE,
    "calls.listen": _EVERYONE,
    "calls.flag": _EVERYONE,
    "calls.review": _ADMINS,
    "callers.block": _ADMINS,
    "numbers.view_whole": _ADMINS,
    "orders.view": _EVERYONE,
    "orders.create": _EVERYONE,
    "orders.change": _EVERYONE,
    "orders.advance": _EVERYONE,
    "orders.cancel": _ADMINS,
    "reservations.view": _EVERYONE,
    "reservations.create": _EVERYONE,
    "reservations.seat": _EVERYONE,
    "reservations.change": _EVERYONE,
    "reservations.cancel": _ADMINS,
    "tickets.view": _EVERYONE,
    "tickets.create": _EVERYONE,
    "tickets.change": _EVERYONE,
    "tickets.close": _EVERYONE,
    "messages.view": _EVERYONE,
    "messages.send": _ADMINS,
    "suppressions.change": _ADMINS,
    "figures.view": _EVERYONE,
    "calls.transfer": _EVERYONE,
    "calls.say": _EVERYONE,
    "calls.hang_up": _EVERYONE,
    "model.generate": _ADMINS,
    "audit.view": _ADMINS,
    "exports.make": _ADMINS,
    "api_keys.change": _ADMINS,
    "webhooks.view": _ADMINS,
    "webhooks.change": _ADMINS,
}


def allowed(role: Role | str, permission: str) -> bool:
    """Whether this role has that permission. An unknown permission is a bug, not a refusal."""
    return Role(role) in TABLE[permission]


def at_most(role: Role, own: Role) -> bool:
    """Whether a role is no more than one's own, which is as far as anybody may hand roles out."""
    order = list(Role)
    return order.index(role) >= order.index(own)


def as_markdown() -> str:
    """The table as `docs/permissions.md` shows it; a test holds the file equal to this."""
    lines = ["| permission | " + " | ".join(Role) + " |", "|---|" + "---|" * len(Role)]
    for permission, roles in TABLE.items():
        cells = " | ".join("yes" if role in roles else "" for role in Role)
        lines.append(f"| `{permission}` | {cells} |")
    return "\n".join(lines) + "\n"
