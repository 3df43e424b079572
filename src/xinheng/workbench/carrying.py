"""Forms whose content survives the end of a session: see `carried`."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from xinheng.web.gate import actor_of
from xinheng.workbench import carried
from xinheng.workbench.entrance import sign_in_again
from xinheng.workbench.gates import View


def keeps_typed(view: View) -> View:
    """A form's view: sent without a session, what was typed is carried through the sign-in instead of being lost."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and actor_of(request).kind != "person" and (pairs := carried.typed(request.POST)):
            return sign_in_again(request, pairs)
        return view(request, *args, **kwargs)

    return kept
