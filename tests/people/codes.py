"""The app of a person with a second factor, and the codes that it shows."""

import time

from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

RIGHT = {"username": "editors", "password": "password"}


def set_up(person) -> TOTPDevice:
    return TOTPDevice.objects.create(user=person, confirmed=True, name="app")


def code(device: TOTPDevice, *, later: int = 0) -> str:
    """What the app shows now, or so many steps of half a minute later."""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time() + later * device.step
    return f"{totp.token():06}"
