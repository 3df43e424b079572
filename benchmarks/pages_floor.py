"""The project's addresses and a bare view beside them: the same middleware, one row by its primary key, the shortest answer."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from xinheng.subjects.models import Subject


def bare(request: HttpRequest, subject_id: int) -> HttpResponse:
    """What a Django view costs that does next to nothing."""
    return HttpResponse(Subject.objects.get(pk=subject_id).name)


urlpatterns = [path("bare/<int:subject_id>", bare), path("", include("xinheng.project.urls"))]
