"""Addresses of signing in, of who may, of the audit record and of phone numbers, for programs."""

from django.urls import path

from apps.accounts import account_api, api, api_audit, api_phone_numbers, team_api

urlpatterns = [
    path(".well-known/jwks.json", api.public_keys, name="jwks"),
    path("api/v1/auth/token", api.TokenView.as_view(), name="token"),
    path("api/v1/auth/refresh", api.RefreshView.as_view(), name="refresh"),
    path("api/v1/auth/logout", api.LogoutView.as_view(), name="logout"),
    path("api/v1/audit", api_audit.AuditView.as_view(), name="audit"),
    path("api/v1/phone-numbers", api_phone_numbers.PhoneNumbersView.as_view(), name="phone-numbers"),
    path("api/v1/phone-numbers/<uuid:number_id>", api_phone_numbers.PhoneNumberView.as_view(), name="phone-number"),
    path("api/v1/auth/password/ask", api.AskForResetView.as_view(), name="password-ask"),
    path("api/v1/auth/password/reset", api.ResetView.as_view(), name="password-reset"),
    path("api/v1/auth/invitation", api.AcceptView.as_view(), name="invitation-accept"),
    path("api/v1/me", account_api.MeView.as_view(), name="me"),
    path("api/v1/me/password", account_api.PasswordView.as_view(), name="own-password"),
    path("api/v1/me/second-factor", account_api.SecondFactorView.as_view(), name="own-second-factor"),
    path("api/v1/me/second-factor/confirm", account_api.ConfirmSecondFactorView.as_view(), name="own-second-factor-on"),
    path("api/v1/team", team_api.TeamView.as_view(), name="team"),
    path("api/v1/team/invitations", team_api.InvitationsView.as_view(), name="invitations"),
    path("api/v1/team/invitations/<uuid:invitation_id>", team_api.InvitationView.as_view(), name="invitation-of"),
    path("api/v1/team/<uuid:member_id>", team_api.MemberView.as_view(), name="member"),
    path("api/v1/api-keys", team_api.KeysView.as_view(), name="api-keys"),
    path("api/v1/api-keys/<uuid:key_id>", team_api.KeyView.as_view(), name="api-key"),
]
