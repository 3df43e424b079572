"""Accounts: units in a tree, people, roles kept apart, signing in, the register of queries, the audit trail.

A state change takes the actor and `now`; a read of anything not public takes the actor. Others ask `may_see_unit` and
`may_see_unpublished` whose data an actor sees, and call `register_query` before they show what is not public.
"""

from xinheng.accounts.operations.entering import note_session_end, sign_in, sign_out, unlock
from xinheng.accounts.operations.install import install
from xinheng.accounts.operations.passwords import change_own_password, set_password
from xinheng.accounts.operations.people import change_person, close_person, open_person
from xinheng.accounts.operations.register import register_query
from xinheng.accounts.operations.roles import end_role, grant_role
from xinheng.accounts.operations.units import change_unit, close_unit, open_unit
from xinheng.accounts.queries.counted import SignInFailures, sign_in_failures
from xinheng.accounts.queries.people import actor_by_login, actor_for, people, session_actor
from xinheng.accounts.queries.register import queries_of_subject, queries_page
from xinheng.accounts.queries.trail import trail
from xinheng.accounts.queries.unbound import GuardFaults, guard_faults
from xinheng.accounts.queries.units import unit, unit_by_code, unit_directory, units
from xinheng.accounts.rules.entering import SESSION_IDLE, SESSION_LIFE
from xinheng.accounts.rules.passwords import password_faults
from xinheng.accounts.rules.roles import PERMISSIONS, PERMISSIONS_OF
from xinheng.accounts.rules.scope import in_subtree, may_see_unit, may_see_unpublished, visible_prefix

__all__ = [
    "PERMISSIONS",
    "PERMISSIONS_OF",
    "SESSION_IDLE",
    "SESSION_LIFE",
    "GuardFaults",
    "SignInFailures",
    "actor_by_login",
    "actor_for",
    "change_own_password",
    "change_person",
    "change_unit",
    "close_person",
    "close_unit",
    "end_role",
    "grant_role",
    "guard_faults",
    "in_subtree",
    "install",
    "may_see_unit",
    "may_see_unpublished",
    "note_session_end",
    "open_person",
    "open_unit",
    "password_faults",
    "people",
    "queries_of_subject",
    "queries_page",
    "register_query",
    "session_actor",
    "set_password",
    "sign_in",
    "sign_in_failures",
    "sign_out",
    "trail",
    "unit",
    "unit_by_code",
    "unit_directory",
    "units",
    "unlock",
    "visible_prefix",
]
