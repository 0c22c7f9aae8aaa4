"""`/api/v1/sms-templates`: what text messages say, in the restaurant's own words or in ours."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from django.db import transaction
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from apps.accounts import audit
from apps.accounts.api_access import RestaurantAPIView
from apps.accounts.rest import etags
from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import Outdated, answer
from apps.calls import messages, services, texting
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings

JSON = dict[str, Any]
EXAMPLE = {
    "template": "delay",
    "wording": "{name}: your order {number} will be ready at {ready}. Sorry for the wait.",
    "own": False,
    "blanks": ["address", "name", "number", "phone", "ready"],
    "segments": 1,
    "keeps_quiet_hours": True,
}
LONGEST_WORDING = 1000


class TemplateShown(serializers.Serializer[JSON]):
    template = serializers.ChoiceField(choices=sorted(texting.WORDING))
    wording = serializers.CharField()
    own = serializers.BooleanField(help_text="Whether these are the restaurant's own words.")
    blanks = serializers.ListField(child=serializers.CharField(), help_text="What it may speak of, as {blank}.")
    segments = serializers.IntegerField(help_text="SMS parts it takes before its blanks are filled.")
    keeps_quiet_hours = serializers.BooleanField()


class TemplatesShown(serializers.Serializer[JSON]):
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = TemplateShown(many=True)


class WordingTaken(Taken):
    wording = serializers.CharField(max_length=LONGEST_WORDING)


def _shown(template: str, own: JSON) -> JSON:
    wording = own.get(template, texting.WORDING[template])
    return {
        "template": template,
        "wording": wording,
        "own": template in own,
        "blanks": sorted(texting.BLANKS[template]),
        "segments": texting.segments(wording),
        "keeps_quiet_hours": template in texting.NOTICES,
    }


@extend_schema_view(
    get=extend_schema(
        tags=["messages"],
        operation_id="sms_templates_list",
        summary="All templates of text messages, on one page",
        responses={200: TemplatesShown},
    )
)
class TemplatesView(RestaurantAPIView):
    permission = "settings.view"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.query_params:
            raise exceptions.ValidationError({name: ["There is no such parameter."] for name in request.query_params})
        own = restaurant.settings().sms_templates
        results = [_shown(template, own) for template in sorted(texting.WORDING)]
        page = {"count": len(results), "next": None, "previous": None, "results": results}
        return answer(request, msgspec.json.encode(page))


@extend_schema_view(
    get=extend_schema(
        tags=["messages"],
        summary="What one text message says",
        responses={200: TemplateShown},
        examples=[OpenApiExample("A template", value=EXAMPLE, response_only=True)],
    ),
    put=extend_schema(
        tags=["messages"],
        summary="The restaurant's own words for a text message",
        request=WordingTaken,
        responses={200: TemplateShown},
        examples=[OpenApiExample("Own words", value={"wording": "{name}: {number}: {ready}!"}, request_only=True)],
    ),
    delete=extend_schema(tags=["messages"], summary="Back to our words", responses={200: TemplateShown}),
)
class TemplateView(RestaurantAPIView):
    permission: ClassVar = {"GET": "settings.view", "PUT": "settings.change", "DELETE": "settings.change"}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return answer(request, msgspec.json.encode(self._now()))

    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = WordingTaken(data=request.data)
        wanted.is_valid(raise_exception=True)
        wording = wanted.validated_data["wording"]
        try:
            return self._changed(request, lambda template: messages.set_template(template, wording))
        except services.Refusal as refusal:
            raise exceptions.ValidationError({"wording": [str(refusal)]}) from None

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self._changed(request, messages.reset_template)

    def _changed(self, request: Request, perform: Any) -> HttpResponseBase:
        with transaction.atomic():
            restaurant.settings()  # made when it is missing
            RestaurantSettings.objects.select_for_update().get(pk=1)
            before = self._now()
            if etags.saw_another(request.headers.get("If-Match"), etags.tag_of(msgspec.json.encode(before))):
                raise Outdated
            perform(self.kwargs["template"])
            after = self._now()
            if before != after:
                audit.record(
                    "sms-templates.change",
                    actor=self.grant.by,
                    place=self.place,
                    subject=f"sms-templates/{after['template']}",
                    address=audit.address_of(request._request),
                    before={"wording": before["wording"]},
                    after={"wording": after["wording"]},
                )
        return answer(request, msgspec.json.encode(after))

    def _now(self) -> JSON:
        template = self.kwargs["template"]
        if template not in texting.WORDING:
            raise exceptions.NotFound
        return _shown(template, restaurant.settings().sms_templates)
