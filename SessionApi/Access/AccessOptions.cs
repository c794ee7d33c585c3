using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Access;
using Sidecar.Supervision.Settings;

namespace Sidecar.SessionApi.Access;

/// <summary>Who may use the session API, and how much of it a caller from elsewhere may use (section <c>Sidecar:Access</c>).</summary>
internal sealed class AccessOptions
{
    public const string Section = "Sidecar:Access";

    /// <summary>Names under which the server may be asked for besides those of this machine, without a port.</summary>
    /// <value>None by default.</value>
    public IList<string> Hosts { get; set; } = [];

    /// <summary>Origins of pages that may use the server with a token, as <c>https://host[:port]</c>.</summary>
    /// <value>None by default.</value>
    public IList<string> Origins { get; set; } = [];

    /// <summary>Whether pages that another server on this machine serves may use this one as its own pages may.</summary>
    /// <value>True by default: that is how a user interface under development is served.</value>
    public bool LoopbackOrigins { get; set; } = true;

    /// <summary>Whether callers on this machine need a token too. <c>SERVER_AUTH_REQUIRED=1</c> says the same.</summary>
    /// <value>False by default.</value>
    public bool RequireToken { get; set; }

    /// <summary>A token that a desktop shell makes for each of its runs and sends with every request (<c>CC_HAHA_LOCAL_ACCESS_TOKEN</c>).</summary>
    /// <value>None by default.</value>
    public string? ProcessToken { get; set; }

    /// <summary>Requests with a wrong token, or none, that an address may make in a minute before it is told to wait.</summary>
    /// <value>The default value is 20.</value>
    [NumberRange(Section, 1, 100_000)]
    public int MaxFailedAttempts { get; set; } = 20;

    /// <summary>Requests a second that a remote address may make for long.</summary>
    /// <value>The default value is 200.</value>
    [NumberRange(Section, 1, 1_000_000)]
    public int RemoteRequestRate { get; set; } = 200;

    /// <summary>Requests that it may make at once before that rate counts.</summary>
    /// <value>The default value is 1000.</value>
    [NumberRange(Section, 1, 1_000_000)]
    public int RemoteRequestBurst { get; set; } = 1000;

    /// <summary>Requests of a remote address that may be answered at a time.</summary>
    /// <value>The default value is 256.</value>
    [NumberRange(Section, 1, 100_000)]
    public int MaxRemoteRequests { get; set; } = 256;

    /// <summary>Sockets that a remote address may have open.</summary>
    /// <value>The default value is 64.</value>
    [NumberRange(Section, 1, 100_000)]
    public int MaxRemoteSockets { get; set; } = 64;

    /// <summary>Remote addresses that are counted at a time.</summary>
    /// <value>The default value is 1024.</value>
    [NumberRange(Section, 1, 1_000_000)]
    public int MaxRemoteAddresses { get; set; } = 1024;
}

/// <summary>Checks the ranges of <see cref="AccessOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class AccessOptionsValidator : IValidateOptions<AccessOptions>;

/// <summary>Checks names, origins and tokens, and that nobody can reach the server without a token from another machine.</summary>
internal sealed class AccessRulesValidator(IConfiguration configuration, OwnerToken owner, H5AccessStore h5) : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options)
    {
        var failures = new List<string>();
        failures.AddRange(options.Hosts.Where(host => !IsHost(host)).Select(host =>
            $"{AccessOptions.Section}:{nameof(AccessOptions.Hosts)} holds \"{host}\"; it must be a host name or an address, without scheme and port."));
        failures.AddRange(options.Origins.Where(origin => WebOrigin.Normalize(origin) is null).Select(origin =>
            $"{AccessOptions.Section}:{nameof(AccessOptions.Origins)} holds \"{origin}\"; it must be an origin such as https://example.org:8443, without a path."));
        if (options.ProcessToken is { } token && !AccessSecret.IsToken(token))
        {
            failures.Add($"CC_HAHA_LOCAL_ACCESS_TOKEN has {token.Length} characters; it must be {AccessSecret.MinLength} to {AccessSecret.MaxLength} visible ASCII characters.");
        }

        var hasToken = options.ProcessToken is not null || owner.Current is not null || h5.Current is { Enabled: true, Secret: not null };
        if (!hasToken && options.RequireToken)
        {
            failures.Add($"{AccessOptions.Section}:{nameof(AccessOptions.RequireToken)} is true and there is no token. {TokenCommand.HowToMakeOne}");
        }
        else if (!hasToken && ListenAddresses.FirstReachable(configuration) is { } reachable)
        {
            failures.Add($"The server is to listen on {reachable}, which other machines can reach, and there is no token. {TokenCommand.HowToMakeOne}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsHost(string host) => Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown;
}
