"""Members: who may act for a business, and how they come to. Their accounts are not those of officials, and hold no office's permission.

An actor of kind `member` acts on behalf of one subject (`on_behalf_of`) with what its authorisation gives: `members.view`,
`members.apply`, `members.manage`.
"""

from xinheng.members.operations.claiming import claim, invite, issue_claim, withdraw_claim, withdraw_invitation
from xinheng.members.operations.ending import end_agency, revoke_agency
from xinheng.members.operations.entering import change_password, note_session_end, sign_in, sign_out
from xinheng.members.queries.agencies import (
    ACCOUNT,
    ISSUE,
    MemberActor,
    OwnAgency,
    agents,
    claims,
    member_by_id,
    session_actor,
)

__all__ = [
    "ACCOUNT",
    "ISSUE",
    "MemberActor",
    "OwnAgency",
    "agents",
    "change_password",
    "claim",
    "claims",
    "end_agency",
    "invite",
    "issue_claim",
    "member_by_id",
    "note_session_end",
    "revoke_agency",
    "session_actor",
    "sign_in",
    "sign_out",
    "withdraw_claim",
    "withdraw_invitation",
]
