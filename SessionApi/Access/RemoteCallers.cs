using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Live;

namespace Sidecar.SessionApi.Access;

/// <summary>
/// Counts what callers from elsewhere do, by address (IPv6 by its first 64 bits, which one customer has). Attempts without the right token are
/// counted apart from requests with it: who has the token is not kept out by somebody who guesses at the same address.
/// </summary>
internal sealed class RemoteCallers(AccessMetrics metrics, IOptions<AccessOptions> configured, TimeProvider time)
{
    private static readonly TimeSpan AttemptWindow = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Caller> _callers = [];
    private readonly AccessOptions _options = configured.Value;

    /// <summary>Counts an attempt without the right token.</summary>
    /// <returns>How long the address has to wait before the next is looked at; zero while it need not.</returns>
    public TimeSpan CountFailure(IPAddress? address)
    {
        lock (_gate)
        {
            if (Find(address) is not { } caller)
            {
                return AttemptWindow;
            }

            if (caller.Failures == 0 || time.GetElapsedTime(caller.FailingSince) >= AttemptWindow)
            {
                (caller.Failures, caller.FailingSince) = (0, time.GetTimestamp());
            }

            caller.Failures = Math.Min(caller.Failures + 1, _options.MaxFailedAttempts + 1);
            return caller.Failures <= _options.MaxFailedAttempts ? TimeSpan.Zero : AttemptWindow - time.GetElapsedTime(caller.FailingSince);
        }
    }

    /// <summary>Counts a request with the right token, until it is left.</summary>
    /// <param name="address">The other end of the connection.</param>
    /// <param name="isSocket">Whether it becomes a WebSocket.</param>
    /// <param name="wait">How long to wait when it is refused.</param>
    /// <returns>Null, or why it is refused.</returns>
    public AccessRefusal? TryEnter(IPAddress? address, bool isSocket, out TimeSpan wait)
    {
        wait = TimeSpan.FromSeconds(1);
        lock (_gate)
        {
            if (Find(address) is not { } caller)
            {
                return AccessRefusal.TooManyAddresses;
            }

            if (isSocket ? caller.Sockets >= _options.MaxRemoteSockets : caller.Requests >= _options.MaxRemoteRequests)
            {
                return isSocket ? AccessRefusal.TooManySockets : AccessRefusal.TooManyRequests;
            }

            var rate = caller.Rate;
            if (rate.Count(time, _options.RemoteRequestRate, _options.RemoteRequestBurst) is { Ticks: > 0 } late)
            {
                wait = late; // and not counted, so that trying again does not make it longer
                return AccessRefusal.TooManyRequests;
            }

            caller.Rate = rate;
            caller.UsedAt = time.GetTimestamp();
            Count(caller, isSocket, 1);
            return null;
        }
    }

    /// <summary>The request has been answered, the socket is closed.</summary>
    public void Leave(IPAddress? address, bool isSocket)
    {
        lock (_gate)
        {
            if (_callers.TryGetValue(Key(address), out var caller))
            {
                Count(caller, isSocket, -1);
            }
        }
    }

    private void Count(Caller caller, bool isSocket, int change)
    {
        if (isSocket)
        {
            caller.Sockets += change;
            metrics.Sockets.Add(change);
        }
        else
        {
            caller.Requests += change;
            metrics.Requests.Add(change);
        }
    }

    /// <summary>The counts of an address; null when all places are taken by addresses that have something open.</summary>
    private Caller? Find(IPAddress? address)
    {
        var key = Key(address);
        if (_callers.TryGetValue(key, out var known))
        {
            return known;
        }

        if (!metrics.Addresses.TryAdd(1))
        {
            var idle = _callers.Keys.Where(IsIdle).MinBy(candidate => _callers[candidate].UsedAt);
            if (idle is null)
            {
                return null;
            }

            _callers.Remove(idle);
        }

        return _callers[key] = new Caller { UsedAt = time.GetTimestamp() };
    }

    private bool IsIdle(IPAddress key) => _callers[key] is { Requests: 0, Sockets: 0 };

    private static IPAddress Key(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed class Caller
    {
        public int Requests;
        public int Sockets;
        public int Failures;
        public long FailingSince;
        public long UsedAt;
        public MessageRate Rate;
    }
}
