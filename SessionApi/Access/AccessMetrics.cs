using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SessionApi.Access;

/// <summary>Why a request was refused.</summary>
internal enum AccessRefusal
{
    Host,
    Origin,
    NotTrusted,
    Token,
    TooManyAttempts,
    TooManyRequests,
    TooManySockets,
    TooManyAddresses,
}

/// <summary>What the gate refuses, and what it counts of callers from elsewhere.</summary>
internal sealed class AccessMetrics
{
    public const string MeterName = "Sidecar.Access";

    private readonly Counter<long> _refused;

    public AccessMetrics(IMeterFactory meters, BoundRegistry bounds, IOptions<AccessOptions> options)
    {
        _refused = meters.Create(MeterName).CreateCounter<long>("sidecar.access.refused", "{request}", "Requests that were refused before they were looked at, by reason.");
        Addresses = bounds.Add("access.addresses", "{address}", "Remote addresses that are counted.", options.Value.MaxRemoteAddresses);
        Requests = bounds.Add(
            "access.remote_requests",
            "{request}",
            "Requests from remote addresses that are being answered.",
            (long)options.Value.MaxRemoteRequests * options.Value.MaxRemoteAddresses);
        Sockets = bounds.Add(
            "access.remote_sockets",
            "{socket}",
            "Open sockets of remote addresses.",
            (long)options.Value.MaxRemoteSockets * options.Value.MaxRemoteAddresses);
    }

    public Bound Addresses { get; }

    public Bound Requests { get; }

    public Bound Sockets { get; }

    public void Refused(AccessRefusal reason) => _refused.Add(1, KeyValuePair.Create<string, object?>("reason", reason switch
    {
        AccessRefusal.Host => "host",
        AccessRefusal.Origin => "origin",
        AccessRefusal.NotTrusted => "not_trusted",
        AccessRefusal.Token => "token",
        AccessRefusal.TooManyAttempts => "too_many_attempts",
        AccessRefusal.TooManyRequests => "too_many_requests",
        AccessRefusal.TooManySockets => "too_many_sockets",
        _ => "too_many_addresses",
    }));
}
