"""Whose data one sees, for which purpose, and where a unit may stand in the tree. Pure."""

from xinheng.accounts.values import Allowed, Decision, Denied
from xinheng.kernel.actor import Actor


def in_subtree(unit_path: str, root_path: str) -> bool:
    """Whether a unit lies in the subtree of another (or is it). Paths are `/1/4/`; an empty path contains nothing."""
    return bool(root_path) and unit_path.startswith(root_path)


def visible_prefix(actor: Actor) -> str | None:
    """The prefix of the paths of the units an actor sees: `/` for everything by office, None for nothing.

    For queries that filter by it (`unit__path__startswith`); `may_see_unit` is the same for one unit.
    """
    return "/" if actor.may("accounts.see_all_units") else actor.unit_path or None


def may_see_unit(actor: Actor, unit_path: str) -> bool:
    """Whether the actor may see what belongs to a unit: the own subtree, or everything by office."""
    return in_subtree(unit_path, visible_prefix(actor) or "")


def may_see_unpublished(actor: Actor, source_unit_path: str) -> bool:
    """Whether the actor may see a record that is not published, its existence included, given its source unit's path.

    Administrators may not, though they belong to a unit: their roles carry no `records.read_unpublished`.
    """
    return actor.may("records.read_unpublished") and may_see_unit(actor, source_unit_path)


def query_purpose(*, personal: bool, purpose: str, purposes: frozenset[str]) -> Decision:
    """Decide whether a read may be registered: a natural person's data needs a purpose, and any must be of the list.

    Source: 查询使用登记和审查制度 (Heihe 28); PIPL art. 6.
    """
    basis = "查询使用登记和审查制度；个人信息保护法第六条"
    allowed = "、".join(sorted(purposes))
    if purpose:
        if purpose in purposes:
            return Allowed()
        return Denied("purpose_unknown", f"查询用途“{purpose}”不在用途清单内，可选：{allowed}", basis)
    if personal:
        return Denied("purpose_missing", f"查询自然人信息须先登记用途，可选：{allowed}", basis)
    return Allowed()


def may_move(unit_path: str, *, new_parent_path: str | None) -> Decision:
    """Decide whether a unit may be put below another: not below itself or its own descendants."""
    if new_parent_path is not None and in_subtree(new_parent_path, unit_path):
        return Denied("cycle", "不能把单位移到自己或自己的下级单位之下", "单位树不得成环")
    return Allowed()
