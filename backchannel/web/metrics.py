"""The live path for Prometheus: who is connected, what was written, how late, and who was refused."""

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from backchannel.figures import Histogram, Why
from backchannel.hub.fanout import Fanout

REFUSED: Final = (Why.FULL, Why.FILES, Why.DEVICE, Why.RUSH)
ENDED: Final = (Why.SILENT, Why.STOPPED, Why.SIZE, Why.MESSAGES)


class LivePath(Collector):
    """What the fan-out did, and where it stands."""

    def __init__(self, fanout: Fanout) -> None:
        self._fanout = fanout

    def register(self, registry: CollectorRegistry) -> None:
        """Have a registry tell of it, and of this process: CPU, memory, open files and how many it may have."""
        registry.register(self)
        ProcessCollector(registry=registry)

    def collect(self) -> Iterator[Metric]:
        """Every figure, as it is now."""
        yield from self._streams()
        yield from self._limits()
        yield from self._workers()
        figures = self._fanout.figures
        yield CounterMetricFamily("backchannel_deliveries", "Messages written to clients.", figures.deliveries)
        yield CounterMetricFamily("backchannel_ring_hits", "Clients that went on from the ring.", figures.resumed)
        yield CounterMetricFamily("backchannel_snapshots", "Clients that were given a snapshot.", figures.snapshots)
        refused = CounterMetricFamily("backchannel_refused", "Clients not let in.", labels=("why",))
        for why in REFUSED:
            refused.add_metric((why,), figures.refused[why])
        yield refused
        ended = CounterMetricFamily("backchannel_evictions", "Clients that were shown out.", labels=("why",))
        for why in ENDED:
            ended.add_metric((why,), figures.ended[why])
        yield ended
        lag = HistogramMetricFamily(
            "backchannel_lag_seconds", "From the commit to the write to the client that is told last.", labels=("view",)
        )
        for view, histogram in figures.lag.items():
            _add(lag, (view,), histogram)
        yield lag
        delay = HistogramMetricFamily("backchannel_loop_delay_seconds", "How late the event loop is.", labels=())
        _add(delay, (), figures.loop_delay)
        yield delay

    def _streams(self) -> Iterator[Metric]:
        labels = ("view", "stream")
        clients = GaugeMetricFamily("backchannel_clients", "Open sockets.", labels=labels)
        heads = GaugeMetricFamily("backchannel_stream_head", "Number of the last update sent.", labels=labels)
        counts: dict[tuple[str, str], int] = {}
        ends: dict[tuple[str, str], int] = {}
        for channel in self._fanout.channels:  # there may be one for every language
            place = (channel.view.value, channel.stream)
            counts[place] = counts.get(place, 0) + channel.clients
            ends[place] = channel.ring.head
        for place, count in counts.items():
            clients.add_metric(place, count)
            heads.add_metric(place, ends[place])
        yield clients
        yield heads

    def _limits(self) -> Iterator[Metric]:
        admission = self._fanout.admission
        yield GaugeMetricFamily("backchannel_clients_max", "Places for clients.", admission.clients)
        yield GaugeMetricFamily("backchannel_clients_wanted", "Places as the settings want them.", admission.wanted)

    def _workers(self) -> Iterator[Metric]:
        workers, lost = self._fanout.workers, self._fanout.figures.workers_lost
        yield GaugeMetricFamily("backchannel_workers", "Processes that serve phones.", workers.ready)
        yield CounterMetricFamily("backchannel_workers_lost", "Processes that served phones and ended.", lost)
        clients = GaugeMetricFamily("backchannel_worker_clients", "Whom each serves.", labels=("worker",))
        for number, serving in workers.serving.items():
            clients.add_metric((str(number),), serving)
        yield clients


def _add(family: HistogramMetricFamily, labels: tuple[str, ...], histogram: Histogram) -> None:
    family.add_metric(labels, list(histogram.buckets()), sum_value=histogram.total)
