"""Accounts: units in a tree, people, roles kept apart, signing in, the register of queries, the audit trail.

A state change takes the actor and `now`; a read of anything not public takes the actor. Others ask `may_see_unit` and
`may_see_unpublished` whose data an actor sees, and call `register_query` before they show what is not public.
"""

from xinheng.accounts.operations.entering import note_session_end, sign_in, sign_out, unlock
from xinheng.accounts.operations.exporting import ExportedTrail, export_trail
from xinheng.accounts.operations.factor import (
    end_own_factor,
    enrol,
    enter_code,
    open_key,
    propose_key,
    reset_factor,
    set_factor_policy,
)
from xinheng.accounts.operations.hashing import encode as hash_password
from xinheng.accounts.operations.hashing import matches as password_matches
from xinheng.accounts.operations.idempotency import claim_key, forget_keys, release_key, settle_key
from xinheng.accounts.operations.install import install
from xinheng.accounts.operations.passwords import change_own_password, set_password
from xinheng.accounts.operations.people import change_person, close_person, open_person
from xinheng.accounts.operations.register import register_query
from xinheng.accounts.operations.roles import end_role, grant_role
from xinheng.accounts.operations.sampling import draw_due_samples, draw_sample, looked_up_in, review_look
from xinheng.accounts.operations.sessions import end_own_session, end_session
from xinheng.accounts.operations.tokens import issue_token, revoke_token
from xinheng.accounts.operations.units import change_unit, close_unit, open_unit
from xinheng.accounts.operations.watching import AlertUnknown, set_watch, settle_alert, watch_register
from xinheng.accounts.queries.counted import SignInFailures, sign_in_failures
from xinheng.accounts.queries.factor import factor_holders, factor_rules, own_factor
from xinheng.accounts.queries.people import actor_by_login, actor_for, people, session_actor
from xinheng.accounts.queries.register import queries_of_subject, queries_page
from xinheng.accounts.queries.tokens import credential, token, tokens
from xinheng.accounts.queries.trail import trail
from xinheng.accounts.queries.unbound import GuardFaults, guard_faults
from xinheng.accounts.queries.units import (
    active_units,
    ids_under,
    unit,
    unit_by_code,
    unit_directory,
    unit_kinds,
    unit_names,
    units,
)
from xinheng.accounts.queries.watching import (
    Alert,
    SampledLook,
    SampleUnknown,
    SampleView,
    alert,
    alerts_page,
    looks_of,
    open_alerts,
    sampled_looks,
    samples,
    watch_in_force,
    watch_rules,
)
from xinheng.accounts.rules.entering import SESSION_IDLE, SESSION_LIFE, Attempt, attempt, session_state
from xinheng.accounts.rules.factor import (
    HALF_LIFE,
    PENDING_LIFE,
    CodeNeeded,
    CodeRefused,
    FactorEnrolled,
    FactorRule,
    HalfExpired,
    HalfSigned,
    OwnFactor,
    PasswordNotProved,
    key_address,
    key_text,
)
from xinheng.accounts.rules.passwords import login_fault, password_faults, written_login
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
from xinheng.accounts.rules.watching import (
    LIMITS,
    WATCH_LABELS,
    AlertKind,
    AlertVerdict,
    LookVerdict,
    Watch,
    drawn,
    sample_seed,
    watch_faults,
)

__all__ = [
    "HALF_LIFE",
    "LIMITS",
    "LONGEST_LIFE",
    "PENDING_LIFE",
    "PERMISSIONS",
    "PERMISSIONS_OF",
    "SERVICES",
    "SESSION_IDLE",
    "SESSION_LIFE",
    "WATCH_LABELS",
    "Alert",
    "AlertKind",
    "AlertUnknown",
    "AlertVerdict",
    "Attempt",
    "Claimed",
    "CodeNeeded",
    "CodeRefused",
    "Credential",
    "ExportedTrail",
    "FactorEnrolled",
    "FactorRule",
    "GuardFaults",
    "HalfExpired",
    "HalfSigned",
    "KeptAnswer",
    "LookVerdict",
    "OwnFactor",
    "PasswordNotProved",
    "SampleUnknown",
    "SampleView",
    "SampledLook",
    "SignInFailures",
    "TokenDraft",
    "TokenRefused",
    "TokenState",
    "TokenView",
    "Watch",
    "active_units",
    "actor_by_login",
    "actor_for",
    "alert",
    "alerts_page",
    "attempt",
    "change_own_password",
    "change_person",
    "change_unit",
    "claim_key",
    "close_person",
    "close_unit",
    "credential",
    "draw_due_samples",
    "draw_sample",
    "drawn",
    "end_own_factor",
    "end_own_session",
    "end_role",
    "end_session",
    "enrol",
    "enter_code",
    "export_trail",
    "factor_holders",
    "factor_rules",
    "forget_keys",
    "grant_role",
    "guard_faults",
    "hash_password",
    "ids_under",
    "in_subtree",
    "install",
    "issue_token",
    "key_address",
    "key_text",
    "login_fault",
    "looked_up_in",
    "looks_of",
    "may_see_unit",
    "may_see_unpublished",
    "note_session_end",
    "open_alerts",
    "open_key",
    "open_person",
    "open_unit",
    "own_factor",
    "password_faults",
    "password_matches",
    "people",
    "propose_key",
    "queries_of_subject",
    "queries_page",
    "register_query",
    "release_key",
    "reset_factor",
    "review_look",
    "revoke_token",
    "sample_seed",
    "sampled_looks",
    "samples",
    "scope_words",
    "session_actor",
    "session_state",
    "set_factor_policy",
    "set_password",
    "set_watch",
    "settle_alert",
    "settle_key",
    "sign_in",
    "sign_in_failures",
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
    "watch_faults",
    "watch_in_force",
    "watch_register",
    "watch_rules",
    "written_login",
]
