using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.SessionApi.Hosting;

/// <summary>How large and how slow a request may be, whoever makes it (section <c>Sidecar:Requests</c>).</summary>
internal sealed class RequestLimits
{
    public const string Section = "Sidecar:Requests";

    /// <summary>Connections at a time, sockets included. One more is closed at once.</summary>
    /// <value>The default value is 25000: more than there may be client sockets.</value>
    [NumberRange(Section, 1, 1_000_000)]
    public int MaxConnections { get; set; } = 25_000;

    /// <summary>Bytes of a body; a longer one is answered with 413.</summary>
    /// <value>The default value is 32 MiB.</value>
    [NumberRange(Section, 1024, 1024L * 1024 * 1024)]
    public long MaxBodyBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Bytes of all headers together; more are answered with 431.</summary>
    /// <value>The default value is 32 KiB.</value>
    [NumberRange(Section, 1024, 1024 * 1024)]
    public int MaxHeaderBytes { get; set; } = 32 * 1024;

    /// <summary>How long the headers of a request may take; then its connection is closed with 408.</summary>
    /// <value>The default value is 15 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "01:00:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Bytes a second that a body must come with, after 5 s; a slower one is answered with 408.</summary>
    /// <value>The default value is 240.</value>
    [NumberRange(Section, 1, 1_000_000)]
    public int MinBodyBytesPerSecond { get; set; } = 240;

    /// <summary>How long a connection may rest between two requests.</summary>
    /// <value>The default value is a day: clients reuse connections, and on some systems do not notice that one was closed.</value>
    [DurationRange(Section, "00:00:01", "30.00:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromDays(1);
}

[OptionsValidator]
internal sealed partial class RequestLimitsValidator : IValidateOptions<RequestLimits>;

internal static class RequestLimitExtensions
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Gives the limits to the server.</summary>
    public static void AddRequestLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<RequestLimits, RequestLimitsValidator>().BindConfiguration(RequestLimits.Section);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<RequestLimits>>(static (kestrel, configured) =>
        {
            var limits = configured.Value;
            kestrel.Limits.MaxConcurrentConnections = limits.MaxConnections;
            kestrel.Limits.MaxRequestBodySize = limits.MaxBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = limits.MaxHeaderBytes;
            kestrel.Limits.RequestHeadersTimeout = limits.HeadersTimeout;
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(limits.MinBodyBytesPerSecond, Grace);
            kestrel.Limits.KeepAliveTimeout = limits.KeepAlive;
        });
    }
}
