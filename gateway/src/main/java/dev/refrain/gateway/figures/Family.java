package dev.refrain.gateway.figures;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** One metric with all its series, as it is gathered for a scrape. */
sealed interface Family {
  /** Returns what was gathered. */
  MetricSnapshot snapshot();

  /** What only grows. The name is without the ending that Prometheus gives it. */
  static Counter counter(String name, String help) {
    return new Counter(CounterSnapshot.builder().name(name).help(help));
  }

  /** What goes up and down. */
  static Gauge gauge(String name, String help) {
    return new Gauge(GaugeSnapshot.builder().name(name).help(help));
  }

  /** A distribution. */
  static Spread spread(String name, String help) {
    return new Spread(HistogramSnapshot.builder().name(name).help(help));
  }

  /** See {@link #counter}. */
  record Counter(CounterSnapshot.Builder builder) implements Family {
    /** Adds a series; labels are names and values in turn. */
    Counter with(long value, String... labels) {
      return withAmount((double) value, labels);
    }

    /** Adds a series; labels are names and values in turn. */
    Counter withAmount(double value, String... labels) {
      builder.dataPoint(
          CounterDataPointSnapshot.builder().labels(Labels.of(labels)).value(value).build());
      return this;
    }

    @Override
    public MetricSnapshot snapshot() {
      return builder.build();
    }
  }

  /** See {@link #gauge}. */
  record Gauge(GaugeSnapshot.Builder builder) implements Family {
    /** Adds a series; labels are names and values in turn. */
    Gauge with(long value, String... labels) {
      builder.dataPoint(
          GaugeDataPointSnapshot.builder().labels(Labels.of(labels)).value((double) value).build());
      return this;
    }

    @Override
    public MetricSnapshot snapshot() {
      return builder.build();
    }
  }

  /** See {@link #spread}. */
  record Spread(HistogramSnapshot.Builder builder) implements Family {
    /** Adds a series; labels are names and values in turn. */
    Spread with(Distribution distribution, String... labels) {
      var scale = distribution.scale();
      var buckets = ClassicHistogramBuckets.builder();
      long count = 0;
      for (int i = 0; i < scale.bounds().length; i++) {
        count += distribution.count(i);
        if (scale.isExported(i)) {
          buckets.bucket(scale.seconds(scale.bounds()[i]), count);
          count = 0;
        }
      }
      buckets.bucket(Double.POSITIVE_INFINITY, count + distribution.count(scale.bounds().length));
      builder.dataPoint(
          HistogramDataPointSnapshot.builder()
              .classicHistogramBuckets(buckets.build())
              .sum(scale.seconds(distribution.sum()))
              .labels(Labels.of(labels))
              .build());
      return this;
    }

    @Override
    public MetricSnapshot snapshot() {
      return builder.build();
    }
  }
}
