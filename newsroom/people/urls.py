from django.urls import path

from newsroom import typed_forms
from newsroom.people import account, again, log, reset, sign_in

urlpatterns = [
    path("login/", sign_in.LogIn.as_view(), name="desk_login"),
    path("login/code/", sign_in.GiveCode.as_view(), name="desk_login_code"),
    path("logout/", sign_in.log_out, name="desk_logout"),
    path("typed/", typed_forms.typed, name="desk_typed"),
    path("password/", account.ChangePassword.as_view(), name="desk_password"),
    path("password/again/", again.password_again, name="desk_password_again"),
    path("password/reset/", reset.AskForLink.as_view(), name="desk_reset"),
    path("password/reset/sent/", reset.LinkSent.as_view(), name="desk_reset_sent"),
    path("password/reset/<uidb64>/<token>/", reset.SetPassword.as_view(), name="desk_reset_confirm"),
    path("account/", account.account, name="desk_account"),
    path("account/sessions/", account.end, name="desk_account_end"),
    path("account/factor/", account.set_up_factor, name="desk_account_factor"),
    path("account/factor/remove/", account.remove_factor, name="desk_account_factor_remove"),
    path("account/codes/", account.make_codes, name="desk_account_codes"),
    path("accounts/", log.log, name="desk_accounts"),
]
