using System.Buffers.Text;
using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Ports;

namespace Sidecar.AppHost.Local;

/// <summary>
/// The standalone Aspire dashboard, if the Aspire CLI is installed: shows logs, metrics and traces of the services. It is a comfort: the
/// system runs without it, and when it ends it is not started again. Its pages are for who has the address that is printed.
/// </summary>
internal sealed class Dashboard(IOptions<DashboardOptions> configured, ConsoleOutput console, TimeProvider time) : IDisposable
{
    /// <summary>Where the services send their telemetry.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly StopBudget StopBudget = new(Interrupt: TimeSpan.Zero, Terminate: TimeSpan.FromSeconds(2), Kill: TimeSpan.FromSeconds(1));

    private readonly DashboardOptions _options = configured.Value;
    private readonly OutputTail _tail = new();
    private ContainedProcess? _process;
    private bool _stopping;

    /// <summary>Starts it, without waiting until it answers: what is sent to it meanwhile is sent again.</summary>
    /// <param name="marker">By which its processes are known.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What the services find in their environment; nothing when it is not to be had.</returns>
    public async Task<IReadOnlyDictionary<string, string?>> StartAsync(ProcessMarker marker, CancellationToken cancellationToken)
    {
        if (!_options.Enabled
            || Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 }
            || ExecutablePath.Find(_options.Command, Environment.GetEnvironmentVariable("PATH")) is not { } program)
        {
            return new Dictionary<string, string?>();
        }

        var port = PortHolder.IsTaken(_options.Port) ? PortHolder.FindFree() : _options.Port;
        var (pages, receiver) = ($"http://127.0.0.1:{port}", $"http://127.0.0.1:{PortHolder.FindFree()}");
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        try
        {
            _process = await ContainedProcess.StartAsync(Spec(program, pages, receiver, token, marker), time, cancellationToken);
        }
        catch (Win32Exception exception)
        {
            console.Say($"The dashboard could not be started: {exception.Message}");
            return new Dictionary<string, string?>();
        }

        _process.Input.Close();
        _ = DrainAsync(_process.Output);
        _ = DrainAsync(_process.Error);
        _ = TellEndAsync(_process);
        console.Say($"Dashboard: {pages}/login?t={token}");
        return new Dictionary<string, string?> { [EndpointVariable] = receiver, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc" };
    }

    /// <summary>Stops it with all that it has started.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        if (_process is not null)
        {
            await _process.StopAsync(StopBudget);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _process?.Dispose();

    private static ContainedProcessSpec Spec(string program, string pages, string receiver, string token, ProcessMarker marker) => new()
    {
        FileName = program,
        Arguments =
        [
            "dashboard", "run", "--non-interactive", "--nologo",
            "--frontend-url", pages, "--otlp-grpc-url", receiver, "--otlp-http-url", $"http://127.0.0.1:{PortHolder.FindFree()}",
        ],
        WorkingDirectory = AppContext.BaseDirectory,
        Environment = new Dictionary<string, string?>
        {
            ["DASHBOARD__FRONTEND__BROWSERTOKEN"] = token,
            // What it has received can be asked for with the same token: `aspire otel traces --dashboard-url … --api-key …`.
            ["DASHBOARD__API__ENABLED"] = "true",
            ["DASHBOARD__API__AUTHMODE"] = "ApiKey",
            ["DASHBOARD__API__PRIMARYAPIKEY"] = token,
            ["DASHBOARD__OTLP__AUTHMODE"] = "Unsecured", // on loopback, and nothing is read there
            ["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "1",
            ["ASPIRE_VERSION_CHECK_DISABLED"] = "true",
            ["features__updateNotificationsEnabled"] = "false",
        },
        Marker = marker,
        ParentDeath = ParentDeath.Terminate,
    };

    private async Task TellEndAsync(ContainedProcess process)
    {
        var code = await process.Exit;
        if (!_stopping)
        {
            console.Say($"The dashboard ended with code {code}. Its last output:\n{string.Join('\n', _tail.Snapshot())}");
        }
    }

    private async Task DrainAsync(Stream output)
    {
        using var reader = new StreamReader(output, Encoding.UTF8);
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                _tail.Add(line);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process is gone.
        }
    }
}
