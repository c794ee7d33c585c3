using Microsoft.Extensions.Options;
using Sidecar.Contracts;
using Sidecar.ServiceDefaults;
using Sidecar.ServiceDefaults.Access;
using Sidecar.SidecarWorker.Sessions;

namespace Sidecar.SidecarWorker.Access;

/// <summary>
/// Stands in front of every endpoint of the worker, the upgrade to a WebSocket included. Nothing but the session API has business here, and
/// that is no browser: whatever carries a browser's marks is refused.
/// </summary>
internal sealed class WorkerGate(RequestDelegate next, IOptions<WorkerAccessOptions> configured)
{
    private readonly AccessSecret? _secret = configured.Value.WorkerSecret is { Length: > 0 } secret ? AccessSecret.Of(secret) : null;

    /// <exception cref="WorkerException">The request is refused.</exception>
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (_secret is null && (!LocalRequest.HasLoopbackPeer(context.Connection) || LocalRequest.CameThroughProxy(request.Headers)))
        {
            throw WorkerException.Refused("Without Sidecar:WorkerSecret the worker answers programs of this machine only.");
        }

        // A name that is not ours is how a page reaches us whose own name was pointed here (DNS rebinding).
        if (!LocalRequest.IsLoopbackHost(request.Host.Value) && (_secret is null || !LocalRequest.TryAddress(LocalRequest.NameOf(request.Host.Value), out _)))
        {
            throw WorkerException.Refused("The Host of a request to the worker must be localhost or an address.");
        }

        if (HealthEndpoints.Is(request))
        {
            return next(context);
        }

        if (request.Headers.Origin.Count > 0 || LocalRequest.IsCrossSite(request.Headers))
        {
            throw WorkerException.Refused("The worker does not answer browsers.");
        }

        // The agent's own socket has a token of its own.
        if (request.Path.StartsWithSegments(WorkerContract.Sdk) || _secret is null || _secret.Is(AccessSecret.FromHeader(request.Headers.Authorization)))
        {
            return next(context);
        }

        throw WorkerException.SecretNeeded();
    }
}
