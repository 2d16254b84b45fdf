"""The forms of people: what a field is called and how an error is put."""

from wtforms import EmailField, Form, HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from storefront.form_rules import rule
from storefront.security import passwords
from storefront.users import service

_PASSWORD_HELP = f"At least {passwords.MIN_LENGTH} characters. A few words make a good password."


class SignUpForm(Form):
    """Name, address and password of somebody new."""

    name = StringField(
        "Your name", [InputRequired("Please enter your name."), rule(service.person_name)]
    )
    email = EmailField(
        "E-mail", [InputRequired("Please enter your e-mail address."), rule(service.address)]
    )
    password = PasswordField(
        "Password",
        [InputRequired("Please choose a password."), rule(passwords.check_new)],
        description=_PASSWORD_HELP,
    )


class SignInForm(Form):
    """Address and password; whether they are right is not the form's to say."""

    email = EmailField("E-mail", [InputRequired("Please enter your e-mail address.")])
    password = PasswordField("Password", [InputRequired("Please enter your password.")])
    next = HiddenField()


class ForgottenPasswordForm(Form):
    """Where to send the link."""

    email = EmailField(
        "E-mail", [InputRequired("Please enter your e-mail address."), rule(service.address)]
    )


class ResetPasswordForm(Form):
    """A new password, by a mailed link."""

    password = PasswordField(
        "New password",
        [InputRequired("Please choose a password."), rule(passwords.check_new)],
        description=_PASSWORD_HELP,
    )
    repeated = PasswordField(
        "New password again", [EqualTo("password", "The two passwords differ.")]
    )


class NameForm(Form):
    """The name on the account page."""

    name = StringField(
        "Your name", [InputRequired("Please enter your name."), rule(service.person_name)]
    )


class ChangePasswordForm(Form):
    """The current password and a new one."""

    current = PasswordField(
        "Current password", [InputRequired("Please enter your current password.")]
    )
    password = PasswordField(
        "New password",
        [InputRequired("Please choose a password."), rule(passwords.check_new)],
        description=_PASSWORD_HELP,
    )
