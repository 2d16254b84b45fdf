"""Pages about a person's account."""

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import current, htmx
from storefront.errors import Invalid, NotFound
from storefront.security import sign_in as door
from storefront.security.policies import policy
from storefront.security.redirects import safe_next
from storefront.users import service, throttle
from storefront.users.forms import (
    ChangePasswordForm,
    ForgottenPasswordForm,
    NameForm,
    ResetPasswordForm,
    SignInForm,
    SignUpForm,
)

blueprint = Blueprint("users", __name__)

_WRONG = "E-mail and password do not belong together. Check both, or ask for a new password."


@blueprint.get("/sign-in")
@policy("public")
def sign_in() -> ResponseReturnValue:
    """The way in. Whoever is in already goes on."""
    after = safe_next(request.args.get("next"))
    if current_user.is_authenticated:
        return htmx.redirect(after)
    return _sign_in_page(SignInForm(data={"next": after}))


@blueprint.post("/sign-in")
@policy("public")
def enter() -> ResponseReturnValue:
    """Check address and password, and begin a session."""
    form = SignInForm(request.form)
    if not form.validate():
        return _sign_in_page(form, 422)
    store = current.store()
    throttle.before_sign_in(store, form.email.data.strip().lower(), request.remote_addr)
    user = service.authenticate(store, form.email.data, form.password.data)
    if user is None:
        form.form_errors.append(_WRONG)
        return _sign_in_page(form, 422)
    throttle.after_sign_in(store, user.email, request.remote_addr)
    door.sign_in(user)
    return htmx.redirect(safe_next(form.next.data))


@blueprint.post("/sign-out")
@policy("public")
def sign_out() -> ResponseReturnValue:
    """End the session on the server, and make the browser forget what it showed."""
    door.sign_out()
    response = htmx.redirect("/")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/sign-up")
@policy("public")
def sign_up() -> ResponseReturnValue:
    """The form for a new account."""
    return render_template("users/sign_up.html", form=SignUpForm())


@blueprint.post("/sign-up")
@policy("public")
def create() -> ResponseReturnValue:
    """Make an account; the answer does not tell whether there was one."""
    form = SignUpForm(request.form)
    if not form.validate():
        return make_response(render_template("users/sign_up.html", form=form), 422)
    throttle.before_mail(current.store(), service.address(form.email.data), request.remote_addr)
    service.sign_up(
        current.store(), form.name.data, form.email.data, form.password.data, _confirm_link
    )
    return htmx.redirect(url_for("users.mail_sent"))


@blueprint.get("/mail-sent")
@policy("public")
def mail_sent() -> ResponseReturnValue:
    """What to do next, the same for every address."""
    config = current.config()
    folder = "" if config.livemode or config.mail_url else str(config.mail_folder)
    return render_template("users/mail_sent.html", folder=folder)


@blueprint.get("/forgotten-password")
@policy("public")
def forgotten_password() -> ResponseReturnValue:
    """Ask for a link that sets a new password."""
    return render_template("users/forgotten_password.html", form=ForgottenPasswordForm())


@blueprint.post("/forgotten-password")
@policy("public")
def send_reset() -> ResponseReturnValue:
    """Mail the link; the answer does not tell whether there is an account."""
    form = ForgottenPasswordForm(request.form)
    if not form.validate():
        return make_response(render_template("users/forgotten_password.html", form=form), 422)
    throttle.before_mail(current.store(), service.address(form.email.data), request.remote_addr)
    service.forgot_password(current.store(), form.email.data, _reset_link)
    return htmx.redirect(url_for("users.mail_sent"))


@blueprint.get("/reset-password/<token>")
@policy("link")
def reset_password(token: str) -> ResponseReturnValue:
    """Choose a new password; the link is the key."""
    _check_reset(token)
    return render_template("users/reset_password.html", form=ResetPasswordForm(), token=token)


@blueprint.post("/reset-password/<token>")
@policy("link")
def set_password(token: str) -> ResponseReturnValue:
    """Set the new password, once."""
    _check_reset(token)
    form = ResetPasswordForm(request.form)
    if not form.validate():
        page = render_template("users/reset_password.html", form=form, token=token)
        return make_response(page, 422)
    service.reset_password(current.store(), token, form.password.data)
    door.sign_out()
    flash("Your password is changed. Please sign in with it.", "success")
    return htmx.redirect(url_for("users.sign_in"))


@blueprint.get("/confirm-address/<token>")
@policy("signed_in")
def confirm_address(token: str) -> ResponseReturnValue:
    """A mailed link, opened by the person who signed up: others would confirm for a stranger."""
    with current.store().read() as tx:
        user = service.by_id(tx, current_user.id)
        good = service.may_confirm(tx, current_user.id, token)
    if user is None or not (good or user.email_verified):
        raise NotFound("This link has been used, is too old, or belongs to another account.")
    return render_template("users/confirm_address.html", token=token, user=user)


@blueprint.post("/confirm-address/<token>")
@policy("signed_in")
def confirm(token: str) -> ResponseReturnValue:
    """The address belongs to the person who is signed in."""
    with current.store().transaction() as tx:
        service.confirm_address(tx, current_user.id, token)
    flash("Thank you, your address is confirmed.", "success")
    return htmx.redirect(url_for("sellers.home" if current_user.has_shop else "users.account"))


@blueprint.get("/account")
@policy("signed_in")
def account() -> ResponseReturnValue:
    """Name, address and password."""
    return _account_page()


@blueprint.post("/account/name")
@policy("signed_in")
def rename() -> ResponseReturnValue:
    """Change the name."""
    form = NameForm(request.form)
    if not form.validate():
        return _account_page(name_form=form, status=422)
    with current.store().transaction() as tx:
        service.rename(tx, current_user.id, form.name.data)
    flash("Your name is changed.", "success")
    return htmx.redirect(url_for("users.account"))


@blueprint.post("/account/password")
@policy("signed_in")
def change_password() -> ResponseReturnValue:
    """Change the password; this session goes on, all others end."""
    form = ChangePasswordForm(request.form)
    if not form.validate():
        return _account_page(password_form=form, status=422)
    throttle.before_password(current.store(), current_user.id)
    try:
        user = service.change_password(
            current.store(), current_user.id, form.current.data, form.password.data
        )
    except Invalid as error:
        form.current.errors = [error.message]
        return _account_page(password_form=form, status=422)
    door.sign_in(user)
    flash("Your password is changed. You are signed out everywhere else.", "success")
    return htmx.redirect(url_for("users.account"))


@blueprint.post("/account/confirmation")
@policy("signed_in")
def resend_confirmation() -> ResponseReturnValue:
    """Mail another link that confirms the address."""
    throttle.before_mail(current.store(), current_user.email, request.remote_addr)
    service.resend_confirmation(current.store(), current_user.id, _confirm_link)
    return htmx.redirect(url_for("users.mail_sent"))


def _sign_in_page(form: SignInForm, status: int = 200) -> Response:
    return make_response(render_template("users/sign_in.html", form=form), status)


def _account_page(
    name_form: NameForm | None = None,
    password_form: ChangePasswordForm | None = None,
    status: int = 200,
) -> Response:
    page = render_template(
        "users/account.html",
        user=service.find_person(current.store(), current_user.id),
        name_form=name_form or NameForm(data={"name": current_user.name}),
        password_form=password_form or ChangePasswordForm(),
    )
    return make_response(page, status)


def _check_reset(token: str) -> None:
    with current.store().read() as tx:
        if not service.may_reset(tx, token):
            raise NotFound("This link has been used or is too old. Ask for a new one.")


def _confirm_link(token: str) -> str:
    return current.config().public_url + url_for("users.confirm_address", token=token)


def _reset_link(token: str) -> str:
    return current.config().public_url + url_for("users.reset_password", token=token)
