"""Accounts: units in a tree, people, roles kept apart, signing in, the register of queries, the audit trail.

A state change takes the actor and `now`; a read of anything not public takes the actor. Others ask `may_see_unit` and
`may_see_unpublished` whose data an actor sees, and call `register_query` before they show what is not public.
"""

from xinheng.accounts.operations.entering import note_session_end, sign_in, sign_out, unlock
from xinheng.accounts.operations.idempotency import claim_key, forget_keys, release_key, settle_key
from xinheng.accounts.operations.install import install
from xinheng.accounts.operations.passwords import change_own_password, set_password
from xinheng.accounts.operations.people import change_person, close_person, open_person
from xinheng.accounts.operations.register import register_query
from xinheng.accounts.operations.roles import end_role, grant_role
from xinheng.accounts.operations.tokens import issue_token, revoke_token
from xinheng.accounts.operations.units import change_unit, close_unit, open_unit
from xinheng.accounts.queries.people import actor_by_login, actor_for, people, session_actor
from xinheng.accounts.queries.register import queries_of_subject, queries_page
from xinheng.accounts.queries.tokens import credential, token, tokens
from xinheng.accounts.queries.trail import trail
from xinheng.accounts.queries.unbound import GuardFaults, guard_faults
from xinheng.accounts.queries.units import (
    active_units,
    unit,
    unit_by_code,
    unit_directory,
    unit_kinds,
    unit_names,
    units,
)
from xinheng.accounts.rules.entering import SESSION_IDLE, SESSION_LIFE
from xinheng.accounts.rules.passwords import password_faults
from xinheng.accounts.rules.roles import PERMISSIONS, PERMISSIONS_OF, SERVICES
from xinheng.accounts.rules.scope import in_subtree, may_see_unit, may_see_unpublished, visible_prefix
from xinheng.accounts.rules.tokens import (
    LONGEST_LIFE,
    Claimed,
    Credential,
    KeptAnswer,
    TokenDraft,
    TokenRefused,
    TokenState,
    TokenView,
    scope_words,
)

__all__ = [
    "LONGEST_LIFE",
    "PERMISSIONS",
    "PERMISSIONS_OF",
    "SERVICES",
    "SESSION_IDLE",
    "SESSION_LIFE",
    "Claimed",
    "Credential",
    "GuardFaults",
    "KeptAnswer",
    "TokenDraft",
    "TokenRefused",
    "TokenState",
    "TokenView",
    "active_units",
    "actor_by_login",
    "actor_for",
    "change_own_password",
    "change_person",
    "change_unit",
    "claim_key",
    "close_person",
    "close_unit",
    "credential",
    "end_role",
    "forget_keys",
    "grant_role",
    "guard_faults",
    "in_subtree",
    "install",
    "issue_token",
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
    "release_key",
    "revoke_token",
    "scope_words",
    "session_actor",
    "set_password",
    "settle_key",
    "sign_in",
    "sign_out",
    "token",
    "tokens",
    "trail",
    "unit",
    "unit_by_code",
    "unit_directory",
    "unit_kinds",
    "unit_names",
    "units",
    "unlock",
    "visible_prefix",
]
