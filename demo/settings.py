"""Where the demo keeps its things, and the settings it makes for the product."""

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Problem(Exception):
    """Something that the person in front of the terminal can put right."""


@dataclass(frozen=True)
class Demo:
    """Two ports and a place. Everything that the demo made is in `folder` or in `env_file`."""

    port: int
    sandbox_port: int
    place: Path = ROOT / "var"

    @property
    def folder(self) -> Path:
        """Databases, pictures, mails and logs."""
        return self.place / "demo"

    @property
    def env_file(self) -> Path:
        """Keys and secrets that the demo has made up."""
        return self.place / "demo.env"

    @property
    def shop_url(self) -> str:
        """Where the marketplace is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        """Where the stand-in for Stripe is."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def mail_folder(self) -> Path:
        """Where mails arrive."""
        return self.folder / "mail"

    @property
    def told(self) -> Path:
        """A file that exists when the story has been told to its end."""
        return self.folder / "told"

    def forget(self) -> None:
        """Delete everything that the demo has made."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.env_file.unlink(missing_ok=True)

    def remembered(self) -> dict[str, str]:
        """The secrets of earlier runs."""
        if not self.env_file.exists():
            return {}
        lines = self.env_file.read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def remember(self, values: dict[str, str]) -> None:
        """Keep secrets where only this user can read them."""
        self.env_file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.env_file.with_suffix(".unfinished")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in values.items())
        unfinished.replace(self.env_file)

    def environment(self, kept: dict[str, str]) -> dict[str, str]:
        """The settings of the product, as README lists them."""
        return {
            **_inherited(),
            "SECRET_KEY": kept["SECRET_KEY"],
            "PUBLIC_URL": self.shop_url,
            "PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{self.folder / 'storefront.db'}",
            "MEDIA_ROOT": str(self.folder / "media"),
            "MAIL_FOLDER": str(self.mail_folder),
            "STRIPE_SECRET_KEY": kept["STRIPE_SECRET_KEY"],
            "STRIPE_CLIENT_ID": kept["STRIPE_CLIENT_ID"],
            "STRIPE_WEBHOOK_SECRET": kept["STRIPE_WEBHOOK_SECRET"],
            "STRIPE_CONNECT_WEBHOOK_SECRET": kept["STRIPE_CONNECT_WEBHOOK_SECRET"],
            "STRIPE_API_BASE": self.sandbox_url,
            "STRIPE_CONNECT_BASE": self.sandbox_url,
            "STRIPE_FILES_BASE": self.sandbox_url,
            "PLATFORM_NAME": "Harbour Market",
            "SELLER_REFUND_LIMIT": "usd 50, eur 50, jpy 5000",
        }


def from_environment() -> Demo:
    """The demo as `PORT`, `SANDBOX_PORT` and `DEMO_FOLDER` say. Raises Problem."""
    place = Path(os.environ.get("DEMO_FOLDER") or ROOT / "var").absolute()
    return Demo(_port("PORT", 8000), _port("SANDBOX_PORT", 12111), place)


def new_secrets() -> dict[str, str]:
    """The secrets that the demo makes up itself."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "STRIPE_SECRET_KEY": f"sk_test_{secrets.token_hex(16)}",
        "STRIPE_CLIENT_ID": f"ca_{secrets.token_hex(16)}",
    }


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Problem(f"{name}={text} is not a port. Choose a number from 1 to 65535.")
    return int(text)


def _inherited() -> dict[str, str]:
    """What programs need to run at all; settings of the product are not inherited."""
    wanted = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in wanted if name in os.environ}
