"""Which places of the network may be asked, when somebody else than the operator named them. Pure.

An explicit list: `ip_address(…).is_global` alone lets NAT64, 6to4 and multicast pass. Addresses of IPv6 are refused
unless they lie in what is handed out to the world. RFC 6890 and IANA's registries of special-purpose addresses.
"""

from collections.abc import Set
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

Network = IPv4Network | IPv6Network

WEB: Final = frozenset({80, 443})
WORLD: Final = ip_network("2000::/3")
SPECIAL: Final[tuple[Network, ...]] = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # a provider's own (CGNAT), and the clouds' services
            "127.0.0.0/8",  # this machine
            "168.63.129.16/32",  # the host of a machine at Azure
            "169.254.0.0/16",  # link-local, and the clouds' metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # IETF's protocols, DS-Lite
            "192.0.2.0/24",  # for documents
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # for benchmarks
            "198.51.100.0/24",  # for documents
            "203.0.113.0/24",  # for documents
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
            "2001::/23",  # IETF's protocols: Teredo, ORCHID, benchmarks
            "2001:db8::/32",  # for documents
            "2002::/16",  # 6to4: an address of IPv4 inside
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # for documents
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Guard:
    """Says which addresses and ports may be dialled; `besides` are networks that may although they are special."""

    ports: Set[int] = WEB
    besides: tuple[Network, ...] = ()

    def admits(self, address: str) -> bool:
        """Whether an address, as a resolver writes it, is one of the public network."""
        try:
            place = ip_address(address)
        except ValueError:
            return False
        if "%" in address:  # the scope of a link
            return False
        if any(place in network for network in self.besides):
            return True
        is_handed_out = place.version == 4 or place in WORLD  # so no v4-mapped, NAT64, link-local, unique local …
        return is_handed_out and not any(place in network for network in SPECIAL)


PUBLIC: Final = Guard()


def is_disguised(host: str) -> bool:
    """Whether a host is a number that is not written as addresses are: 2130706433, 0x7f.1, 0177.0.0.1.

    Browsers and resolvers read these as addresses of IPv4, each in its own way.
    """
    last = host.rstrip(".").rpartition(".")[2].lower()
    is_number = last.isdecimal() or (last.startswith("0x") and all(each in "0123456789abcdef" for each in last[2:]))
    if not is_number:
        return False
    try:
        ip_address(host)
    except ValueError:
        return True
    return False
