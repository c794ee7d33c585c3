using ProtoBuf;

namespace Sidecar.Tests.AppHost.Telemetry;

// The parts of OTLP 1.x (https://github.com/open-telemetry/opentelemetry-proto) that are looked at, by their field numbers.

[ProtoContract]
internal sealed class ExportMetrics
{
    [ProtoMember(1)]
    public List<ResourceMetrics> Resources { get; } = [];
}

[ProtoContract]
internal sealed class ResourceMetrics
{
    [ProtoMember(1, IsRequired = true)]
    public Resource Resource { get; set; } = new();

    [ProtoMember(2)]
    public List<ScopeMetrics> Scopes { get; } = [];
}

[ProtoContract]
internal sealed class ScopeMetrics
{
    [ProtoMember(2)]
    public List<Metric> Metrics { get; } = [];
}

[ProtoContract]
internal sealed class Metric
{
    [ProtoMember(1)]
    public string Name { get; set; } = "";

    [ProtoMember(2)]
    public string Description { get; set; } = "";

    [ProtoMember(3)]
    public string Unit { get; set; } = "";

    [ProtoMember(5)]
    public NumberPoints? Gauge { get; set; }

    [ProtoMember(7)]
    public NumberPoints? Sum { get; set; }

    [ProtoMember(9)]
    public HistogramPoints? Histogram { get; set; }

    /// <summary>The names of the attributes of all its points.</summary>
    public IEnumerable<string> AttributeNames =>
        (Gauge?.Points ?? Sum?.Points ?? []).SelectMany(point => point.Attributes)
            .Concat((Histogram?.Points ?? []).SelectMany(point => point.Attributes))
            .Select(attribute => attribute.Key);
}

[ProtoContract]
internal sealed class NumberPoints
{
    [ProtoMember(1)]
    public List<NumberPoint> Points { get; } = [];
}

[ProtoContract]
internal sealed class NumberPoint
{
    [ProtoMember(4)]
    public double? Double { get; set; }

    [ProtoMember(6, DataFormat = DataFormat.FixedSize)]
    public long? Integer { get; set; }

    [ProtoMember(7)]
    public List<Attribute> Attributes { get; } = [];
}

[ProtoContract]
internal sealed class HistogramPoints
{
    [ProtoMember(1)]
    public List<HistogramPoint> Points { get; } = [];
}

[ProtoContract]
internal sealed class HistogramPoint
{
    [ProtoMember(4, DataFormat = DataFormat.FixedSize)]
    public ulong Count { get; set; }

    [ProtoMember(5)]
    public double Sum { get; set; }

    [ProtoMember(9)]
    public List<Attribute> Attributes { get; } = [];

    [ProtoMember(12)]
    public double Max { get; set; }
}

[ProtoContract]
internal sealed class ExportTraces
{
    [ProtoMember(1)]
    public List<ResourceSpans> Resources { get; } = [];
}

[ProtoContract]
internal sealed class ResourceSpans
{
    [ProtoMember(1, IsRequired = true)]
    public Resource Resource { get; set; } = new();

    [ProtoMember(2)]
    public List<ScopeSpans> Scopes { get; } = [];
}

[ProtoContract]
internal sealed class ScopeSpans
{
    [ProtoMember(2)]
    public List<Span> Spans { get; } = [];
}

[ProtoContract]
internal sealed class Span
{
    [ProtoMember(1)]
    public byte[] TraceIdBytes { get; set; } = [];

    [ProtoMember(2)]
    public byte[] SpanIdBytes { get; set; } = [];

    [ProtoMember(4)]
    public byte[] ParentIdBytes { get; set; } = [];

    [ProtoMember(5)]
    public string Name { get; set; } = "";

    [ProtoMember(9)]
    public List<Attribute> Attributes { get; } = [];

    [ProtoMember(11)]
    public List<SpanEvent> Events { get; } = [];

    public string TraceId => Convert.ToHexStringLower(TraceIdBytes);

    public string Id => Convert.ToHexStringLower(SpanIdBytes);

    /// <summary>Empty for the root of a trace.</summary>
    public string ParentId => Convert.ToHexStringLower(ParentIdBytes);
}

[ProtoContract]
internal sealed class SpanEvent
{
    [ProtoMember(2)]
    public string Name { get; set; } = "";
}

[ProtoContract]
internal sealed class ExportLogs
{
    [ProtoMember(1)]
    public List<ResourceLogs> Resources { get; } = [];
}

[ProtoContract]
internal sealed class ResourceLogs
{
    [ProtoMember(1, IsRequired = true)]
    public Resource Resource { get; set; } = new();

    [ProtoMember(2)]
    public List<ScopeLogs> Scopes { get; } = [];
}

[ProtoContract]
internal sealed class ScopeLogs
{
    [ProtoMember(2)]
    public List<LogRecord> Records { get; } = [];
}

[ProtoContract]
internal sealed class LogRecord
{
    [ProtoMember(5)]
    public AnyValue? Body { get; set; }
}

[ProtoContract]
internal sealed class Resource
{
    [ProtoMember(1)]
    public List<Attribute> Attributes { get; } = [];

    /// <summary>Its <c>service.name</c>.</summary>
    public string Service => Attributes.First(attribute => attribute.Key == "service.name").Value.Text ?? "";
}

[ProtoContract]
internal sealed class Attribute
{
    [ProtoMember(1)]
    public string Key { get; set; } = "";

    [ProtoMember(2, IsRequired = true)]
    public AnyValue Value { get; set; } = new();
}

[ProtoContract]
internal sealed class AnyValue
{
    [ProtoMember(1)]
    public string? Text { get; set; }

    [ProtoMember(3)]
    public long? Integer { get; set; }
}
