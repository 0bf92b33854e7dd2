"""The second factor: codes of an app (TOTP, RFC 6238), and recovery codes for who has lost it. By django-otp.

A code counts once. A recovery code has 120 random bits, so a plain digest of it is kept.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from hashlib import sha256

import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.safestring import SafeString
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

NUMBER_OF_CODES = 10
CODE_BYTES = 15
SUPERUSERS = "superusers"


def has_factor(person: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=person, confirmed=True).exists())


def must_have(person: User) -> bool:
    """Whether the settings ask the person's role for a second factor."""
    required = settings.SECOND_FACTOR
    if not required:
        return False
    return (SUPERUSERS in required and person.is_superuser) or person.groups.filter(name__in=required).exists()


def fits(person: User, code: str) -> Device | None:
    """Returns what the code is of, and uses it up: the app, or the recovery codes; None if it is wrong.

    Of one account two threads check one after the other, so no code counts twice.
    """
    code = "".join(code.split()).replace("-", "")
    is_of_app = code.isdecimal() and len(code) == 6
    model = TOTPDevice if is_of_app else StaticDevice
    with transaction.atomic():
        # Not only PostgreSQL: on SQLite every transaction that may write waits for its turn.
        device: Device | None = model.objects.select_for_update().filter(user=person, confirmed=True).first()
        if device is not None and device.verify_token(code if is_of_app else _digest(code)):
            return device
    return None


def seconds_to_wait(person: User) -> int:
    """After wrong codes, each next one has to wait longer."""
    device = TOTPDevice.objects.filter(user=person, confirmed=True).first()
    until = (device.verify_is_allowed()[1] or {}).get("locked_until") if device else None
    return max(1, round((until - timezone.now()).total_seconds())) if until else 0


def begun(person: User) -> TOTPDevice:
    """Returns the app that is being set up: it counts once its first code was typed."""
    device, _ = TOTPDevice.objects.get_or_create(user=person, confirmed=False, defaults={"name": "app"})
    return device


def secret_of(device: TOTPDevice) -> str:
    """The secret to type into an app, in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def picture_of(device: TOTPDevice) -> SafeString:
    """The QR code of the secret, as an SVG element."""
    return SafeString(segno.make(device.config_url, error="m").svg_inline(border=2, light="#fff", omitsize=True))


def confirm(person: User, code: str) -> bool:
    """Takes the app into use if the code is right; any other app of the person counts no more."""
    code = "".join(code.split())
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=person, confirmed=False).first()
        if device is None or not device.verify_token(code):
            return False
        TOTPDevice.objects.filter(user=person, confirmed=True).delete()
        device.confirmed = True
        device.save()
    return True


def new_codes(person: User) -> list[str]:
    """Replaces the recovery codes; they are shown this once."""
    codes = [_random_code() for _ in range(NUMBER_OF_CODES)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=person).delete()
        device = StaticDevice.objects.create(user=person, name="recovery codes")
        for code in codes:
            device.token_set.create(token=_digest(code.replace("-", "")))
    return codes


def codes_left(person: User) -> int:
    device = StaticDevice.objects.filter(user=person).first()
    return device.token_set.count() if device else 0


def remove(person: User) -> bool:
    """Removes the app and the recovery codes; returns whether there were any."""
    with transaction.atomic():
        apps, _ = TOTPDevice.objects.filter(user=person).delete()
        codes, _ = StaticDevice.objects.filter(user=person).delete()
    return bool(apps or codes)


def _random_code() -> str:
    text = b32encode(secrets.token_bytes(CODE_BYTES)).decode()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _digest(code: str) -> str:
    """Returns what is kept of a recovery code: 16 characters of its digest, 80 bits of which nothing leads back."""
    return b32encode(sha256(code.upper().encode()).digest()).decode()[:16]
