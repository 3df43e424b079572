"""Who acts: an official, a service, a member (for a business), the system or the public; with unit, roles, permissions, on whose behalf."""

from dataclasses import dataclass, replace
from typing import Literal

ActorKind = Literal["person", "service", "member", "system", "public"]


@dataclass(frozen=True, slots=True)
class Actor:
    """One value instead of several optional arguments.

    `permissions` are the permissions of all roles together; `unit_path` is `/1/4/17/`, ids from the root of the tree of units,
    empty for those who belong to none. `purpose` is the declared purpose of a query (a code of the catalogue's list).
    """

    kind: ActorKind
    id: int | None = None
    login: str = ""
    name: str = ""
    unit_id: int | None = None
    unit_path: str = ""
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    on_behalf_of: int | None = None
    purpose: str | None = None

    def may(self, permission: str) -> bool:
        """Say whether one of the actor's roles carries `permission`."""
        return permission in self.permissions

    def for_purpose(self, purpose: str) -> "Actor":
        """The same actor, asking for a declared purpose."""
        return replace(self, purpose=purpose)


PUBLIC = Actor(kind="public", name="公众")


def system(name: str, *permissions: str) -> Actor:
    """An actor of the platform itself (`worker`, `sequencer`, `init`), with exactly the permissions given."""
    return Actor(kind="system", login=name, name=name, permissions=frozenset(permissions))
