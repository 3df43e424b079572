"""What a password and a login must be. Pure.

The figures are customary: GB/T 22239-2019 level 3 (身份鉴别) asks for complexity and regular change and names none.
"""

import unicodedata
from datetime import datetime, timedelta

from xinheng.accounts.values import PasswordFault

LONG_PASSWORD = 12
SHORT_PASSWORD = 8
SHORT_PASSWORD_CLASSES = 3
LONGEST_PASSWORD = 128
LEAST_DIFFERENT = 5
REMEMBERED_PASSWORDS = 5
PASSWORD_AGE = timedelta(days=90)
"""GB/T 22239-2019 asks for regular change; 90 days are customary."""

COMMON_PASSWORDS = frozenset(
    word
    for line in (
        "123456789 1234567890 123456789012 0123456789 987654321 9876543210 12345678 11111111 88888888 66666666",
        "00000000 password passw0rd p@ssw0rd p@ssword password1 password123 password@123 p@ssw0rd123 admin123",
        "admin@123 admin1234 administrator root1234 root@123 test1234 test@123 qwerty123 qwertyuiop qwer1234 1qaz2wsx",
        "1qaz@wsx !qaz2wsx 1q2w3e4r 1q2w3e4r5t zaq12wsx asdf1234 abc12345 abcd1234 abc@1234 abcd@1234 aa123456",
        "a123456789 a1234567 aa123456! qq123456 qq123456789 woaini1314 woaini520 5201314520 iloveyou iloveyou1",
        "welcome1 welcome123 welcome@123 letmein123 changeme changeme123 default123 huawei@123 admin@huawei",
        "xinyong123 xinyong@123 xinheng123 xinheng@123 zhengfu123 china123 china@123 beijing2008 zhonghua123 1234qwer",
        "123qweasd 123qwe!@#",
    )
    for word in line.split()
)
"""A small list of what is tried first, compared without case; chosen by hand."""


def written_password(password: str) -> str:
    """The form that is hashed: NFKC, so that full-width input methods and combining signs make no other password."""
    return unicodedata.normalize("NFKC", password)


def password_faults(password: str, *, login: str) -> tuple[PasswordFault, ...]:
    """All ways in which a password falls short, besides having been used before (which only the hashes can tell).

    The messages never repeat the password. Source: GB/T 22239-2019 level 3, 身份鉴别 (complexity); figures customary.
    """
    password = written_password(password)
    faults = []
    if len(password) > LONGEST_PASSWORD:
        faults.append(PasswordFault("too_long", f"口令有 {len(password)} 位，最长 {LONGEST_PASSWORD} 位"))
    if any(unicodedata.category(sign) == "Cc" for sign in password):
        faults.append(PasswordFault("control", "口令含有换行、制表等控制字符，请去掉"))
    if len(password) < LONG_PASSWORD and (
        len(password) < SHORT_PASSWORD or _classes(password) < SHORT_PASSWORD_CLASSES
    ):
        faults.append(
            PasswordFault(
                "weak",
                f"口令有 {len(password)} 位、{_classes(password)} 类字符；应不少于 {LONG_PASSWORD} 位，"
                f"或不少于 {SHORT_PASSWORD} 位且含大写字母、小写字母、数字、其他字符中的 {SHORT_PASSWORD_CLASSES} 类",
            )
        )
    if len(set(password)) < LEAST_DIFFERENT:
        faults.append(
            PasswordFault("monotonous", f"口令只用了 {len(set(password))} 个不同字符，应不少于 {LEAST_DIFFERENT} 个")
        )
    folded = password.casefold()
    if login and login.casefold() in folded:
        faults.append(PasswordFault("contains_login", "口令不得包含登录名"))
    if folded in COMMON_PASSWORDS:
        faults.append(PasswordFault("common", "该口令过于常见，容易被猜中，请另换一个"))
    return tuple(faults)


REUSED = PasswordFault("reused", f"不得使用最近 {REMEMBERED_PASSWORDS} 次用过的口令")


def must_change(*, flagged: bool, changed_at: datetime | None, now: datetime, age: timedelta = PASSWORD_AGE) -> bool:
    """Whether the password has to be changed before anything else: it was set by somebody else, or it is too old."""
    return flagged or changed_at is None or now - changed_at >= age


def _classes(password: str) -> int:
    """How many of lower case, upper case, digits and everything else occur."""
    return len({_class(sign) for sign in password})


def _class(sign: str) -> str:
    if "a" <= sign <= "z":
        return "lower"
    if "A" <= sign <= "Z":
        return "upper"
    return "digit" if "0" <= sign <= "9" else "other"


LOGIN_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._-")


def written_login(login: str) -> str:
    """The form logins are kept and compared in: NFKC, lower case, no blanks around."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def login_fault(login: str) -> str | None:
    """What is wrong with a (written) login, in Chinese, or None: 3–32 of a–z, 0–9, `.`, `_`, `-`, a letter first."""
    allowed = "登录名应为 3 至 32 位，以小写字母开头，只含小写字母、数字和 . _ -"
    if not 3 <= len(login) <= 32:
        return f"登录名“{login[:32]}”长 {len(login)} 位；{allowed}"
    if not "a" <= login[0] <= "z" or not set(login) <= LOGIN_SIGNS:
        return f"登录名“{login}”含有不允许的字符；{allowed}"
    return None
