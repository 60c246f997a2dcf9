"""An alert as it is read over the loudspeakers and sent as SMS."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from alerts.models import Alert, Level
from communes.models import Commune
from vietnamese import number_words, spoken

# Vietnamese whatever the language of the admin is: the words are for citizens.
SPOKEN_OPENINGS = {
    Level.URGENT: "Thông báo khẩn của",
    Level.WARNING: "Cảnh báo của",
    Level.INFORMATION: "Thông báo của",
}
WRITTEN_OPENINGS = {Level.URGENT: "KHẨN CẤP", Level.WARNING: "CẢNH BÁO", Level.INFORMATION: "THÔNG BÁO"}
# What a unit's name begins with; within a sentence it is written small.
KINDS = {"Xã", "Phường", "Đặc", "Tỉnh"}
AGAIN = "Xin nhắc lại."


def sender_of(commune: Commune) -> str:
    """As citizens call it: "UBND xã An Hòa", of the agency that stands in the masthead or of the commune's name."""
    if agency := commune.site.agency:
        return agency.replace("Ủy ban nhân dân", "UBND").replace("Uỷ ban nhân dân", "UBND")
    kind, _space, place = commune.name.partition(" ")
    return f"UBND {kind.lower()} {place}" if kind in KINDS else f"UBND {commune.name}"


def speech_of(alert: Alert, commune: Commune) -> str:
    """What is read aloud, twice: no figure and no abbreviation that a speaker would stumble over."""
    opening = f"{SPOKEN_OPENINGS[Level(alert.level)]} {sender_of(commune)}."
    lines = [alert.headline, *alert.text.split("\n")]
    if alert.area:
        lines.append(f"Khu vực: {alert.area}")
    message = " ".join(_sentence(spoken(line)) for line in lines if line.strip())
    message += f" Thông báo có hiệu lực đến {_spoken_moment(alert.ends_at)}."
    return f"{spoken(opening)} {message}\n\n{AGAIN}\n\n{spoken(opening)} {message}"


def sms_of(alert: Alert, commune: Commune) -> str:
    """What is sent, with the address where the alert stands."""
    lines = [f"[{sender_of(commune)}] {WRITTEN_OPENINGS[Level(alert.level)]}: {_sentence(alert.headline)}"]
    lines += [_sentence(line) for line in alert.text.split("\n") if line.strip()]
    if alert.area:
        lines.append(f"Khu vực: {_sentence(alert.area)}")
    lines.append(f"Đến {timezone.localtime(alert.ends_at):%H:%M %d/%m}.")
    lines.append(commune.origin + alert.get_absolute_url())
    return " ".join(lines)


def _spoken_moment(moment: datetime) -> str:
    local = timezone.localtime(moment)
    minutes = f" {number_words(local.minute)} phút" if local.minute else ""
    return f"{number_words(local.hour)} giờ{minutes} {spoken(f'ngày {local:%d/%m/%Y}')}"


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text[-1:] in ".!?…:" else f"{text}."


def state_of(alert: Alert, at: datetime | None = None) -> str:
    """Where an alert stands, for the lists of the admin."""
    at = at or timezone.now()
    if alert.is_draft:
        return _("draft")
    if alert.withdrawn_at is not None:
        return _("withdrawn")
    if alert.ends_at <= at:
        return _("ended")
    return _("on every page") if alert.starts_at <= at else _("waits for its time")
