"""The forms of plans: a new one, and what of one can be edited."""

from wtforms import BooleanField, Form, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from storefront import money
from storefront.fees import FeeRule, parse_amounts, parse_percent
from storefront.form_rules import rule
from storefront.plans.service import MAX_TRIAL_DAYS, MONTH, YEAR, Plan, Terms, Texts


def _text(text: str | None) -> str:
    return (text or "").strip()


def _amounts(label: str) -> StringField:
    return StringField(label, [rule(parse_amounts)], filters=[_text])


class TextsForm(Form):
    """What a plan says."""

    name = StringField("Name", [InputRequired("Please give the plan a name.")], filters=[_text])
    description = StringField("Description", filters=[_text])
    features = TextAreaField("What it brings", filters=[_text])
    recommended = BooleanField("Recommend this plan")
    position = IntegerField(
        "Place", [InputRequired("Please enter a number."), NumberRange(0, 999)], default=0
    )

    def texts(self) -> Texts:
        """What was typed. Valid forms only."""
        return Texts(
            self.name.data,
            self.description.data,
            self.features.data,
            bool(self.recommended.data),
            self.position.data,
        )


class PlanForm(TextsForm):
    """A new plan."""

    price = StringField("Price", [InputRequired("Please enter a price.")], filters=[_text])
    currency = SelectField(
        "Currency", choices=[SelectChoice(c, c.upper()) for c in money.CURRENCIES], default="usd"
    )
    interval = SelectField(
        "Paid",
        choices=[SelectChoice(MONTH, "Monthly"), SelectChoice(YEAR, "Yearly")],
        default=MONTH,
    )
    trial_days = IntegerField(
        "Trial days",
        [InputRequired("Please enter a number."), NumberRange(0, MAX_TRIAL_DAYS)],
        default=0,
    )
    percent = StringField("Share", [InputRequired("Please enter a share."), rule(parse_percent)])
    fixed = _amounts("Fixed part")
    minimum = _amounts("At least")
    maximum = _amounts("At most")

    def terms(self) -> Terms:
        """Price, rhythm, trial and fee. Valid forms only; raises Invalid for a wrong price."""
        return Terms(
            money.parse(self.price.data, self.currency.data),
            self.currency.data,
            self.interval.data,
            self.trial_days.data,
            FeeRule(
                parse_percent(self.percent.data),
                parse_amounts(self.fixed.data),
                parse_amounts(self.minimum.data),
                parse_amounts(self.maximum.data),
            ),
        )


def of_plan(plan: Plan) -> TextsForm:
    """The form with what a plan says now."""
    return TextsForm(
        name=plan.name,
        description=plan.description,
        features=plan.features,
        recommended=plan.recommended,
        position=plan.position,
    )
