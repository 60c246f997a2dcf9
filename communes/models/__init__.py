from communes.models.commune import Commune, Kind, State
from communes.models.host import Host
from communes.models.identity import SiteIdentity
from communes.models.membership import Membership
from communes.models.policyreport import PolicyReport

__all__ = ["Commune", "Host", "Kind", "Membership", "PolicyReport", "SiteIdentity", "State"]
