using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Access;

namespace Sidecar.SessionApi.Access;

/// <summary>What a caller may do.</summary>
internal enum AccessLevel
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Use the server, but not change who else may.</summary>
    Guest,

    /// <summary>Everything.</summary>
    Owner,
}

/// <summary>Which token stands for what.</summary>
internal sealed class AccessTokens(IOptions<AccessOptions> options, OwnerToken owner, H5AccessStore h5)
{
    private readonly AccessSecret? _process = options.Value.ProcessToken is { } token ? AccessSecret.Of(token) : null;

    /// <summary>Whether a desktop shell has given us a token: then pages need it too.</summary>
    public bool HasProcessToken => _process is not null;

    /// <summary>Whether there is any token that a caller from elsewhere could have.</summary>
    public bool AnyExists => HasProcessToken || owner.Current is not null || h5.Current.Enabled;

    public AccessLevel LevelOf(string? token)
    {
        if (token is null)
        {
            return AccessLevel.None;
        }

        if ((_process?.Is(token) ?? false) || (owner.Current?.Is(token) ?? false))
        {
            return AccessLevel.Owner;
        }

        return h5.Current is { Enabled: true, Secret: { } secret } && secret.Is(token) ? AccessLevel.Guest : AccessLevel.None;
    }
}
