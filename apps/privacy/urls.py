"""Addresses of hearing a call again, forgetting a guest, and giving data out."""

from django.urls import path

from apps.calls import listening
from apps.privacy import api

urlpatterns = [
    path("api/v1/calls/<uuid:call_id>/recording", listening.RecordingView.as_view(), name="call-recording"),
    path("api/v1/recordings/<str:token>", listening.sound, name="recording-sound"),
    path("api/v1/erasures", api.ErasuresView.as_view(), name="erasures"),
    path("api/v1/exports", api.ExportsView.as_view(), name="exports"),
    path("api/v1/exports/<uuid:export_id>", api.ExportView.as_view(), name="export"),
    path("api/v1/exports/download/<str:token>", api.download, name="export-file"),
]
