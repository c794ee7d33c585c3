using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sidecar.SidecarWorker.Sidecars;

namespace Sidecar.Tests.SidecarWorker.Sidecars;

/// <summary>Settings as a person writes them, through the worker's own binding and validation.</summary>
public sealed class SidecarsOptionsTests
{
    [Fact]
    public void Settings_OfEveryKind_AreRead()
    {
        var web = Read(
            ("Command", "node"), ("Arguments:0", "server.js"), ("Arguments:1", "{port}"), ("Environment:MODE", "dev"), ("AssignPort", "true"),
            ("Probe:Type", "HTTP"), ("Probe:Path", "/health?port={port}"), ("Probe:FailureThreshold", "7"), ("Restart:Budget", "9"),
            ("Restart:Window", "00:00:30"), ("Limits:MaxProcesses", "50"), ("Stop:Terminate", "00:00:01"), ("IdleAfter", "00:00:03"),
            ("Enabled", "false"))["web"];

        Assert.Equal(("node", true, false, TimeSpan.FromSeconds(3)), (web.Command, web.AssignPort, web.Enabled, web.IdleAfter));
        Assert.Equal(["server.js", "{port}"], web.Arguments);
        Assert.Equal("dev", web.Environment["MODE"]);
        Assert.Equal((ProbeType.Http, "/health?port={port}", 7), (web.Probe.Kind, web.Probe.Path, web.Probe.FailureThreshold));
        Assert.Equal((9, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)), (web.Restart.Budget, web.Restart.Window, web.Restart.MaxDelay));
        Assert.Equal((50, 12L << 30), (web.Limits.MaxProcesses, web.Limits.HardMemoryBytes));
        Assert.Equal(TimeSpan.FromSeconds(1), web.Stop.Budget.Terminate);
    }

    [Theory]
    [InlineData("Command", "", "Command is not set; it must be a program: a path, or a name to be found on PATH.")]
    [InlineData("WorkingDirectory", "a/b", "WorkingDirectory is a/b; it must be an absolute path.")]
    [InlineData("Environment:A=B", "1", "Environment:A=B is a variable with the name \"A=B\"; a name must not be empty nor hold '='.")]
    [InlineData("Port", "70000", "Port is 70000; it must be between 0 and 65535.")]
    [InlineData("IdleAfter", "00:00:00", "IdleAfter is 00:00:00; it must be a duration between 00:00:01 and 1.00:00:00.")]
    [InlineData("Probe:Type", "ping", "Probe:Type is ping; it must be one of none, http, tcp, stdio, progress.")]
    [InlineData("Probe:Type", "1", "Probe:Type is 1; it must be one of none, http, tcp, stdio, progress.")]
    [InlineData("Probe:Type", "tcp", "Probe:Port is 0; it must be between 1 and 65535 unless Sidecar:Sidecars:web:Port or Sidecar:Sidecars:web:AssignPort is set.")]
    [InlineData("Probe:Type", "stdio", "Probe:Send is \"\"; it must be one line of 1 to 1000 characters.")]
    [InlineData("Probe:Port", "-1", "Probe:Port is -1; it must be between 0 and 65535.")]
    [InlineData("Probe:ProbeInterval", "00:00:00", "Probe:ProbeInterval is 00:00:00; it must be a duration between 00:00:00.1000000 and 01:00:00.")]
    [InlineData("Probe:ProbeTimeout", "00:10:00", "Probe:ProbeTimeout is 00:10:00; it must be a duration between 00:00:00.1000000 and 00:05:00.")]
    [InlineData("Probe:FailureThreshold", "0", "Probe:FailureThreshold is 0; it must be between 1 and 100.")]
    [InlineData("Probe:StartupTimeout", "00:00:00", "Probe:StartupTimeout is 00:00:00; it must be a duration between 00:00:01 and 01:00:00.")]
    [InlineData("Restart:InitialDelay", "00:00:00", "Restart:InitialDelay is 00:00:00; it must be a duration between 00:00:00.0100000 and 00:10:00.")]
    [InlineData("Restart:InitialDelay", "00:02:00", "Restart:MaxDelay is 00:01:00; it must be at least Sidecar:Sidecars:web:Restart:InitialDelay, which is 00:02:00.")]
    [InlineData("Restart:MaxDelay", "02:00:00", "Restart:MaxDelay is 02:00:00; it must be a duration between 00:00:00.0100000 and 01:00:00.")]
    [InlineData("Restart:HealthyAfter", "00:00:00", "Restart:HealthyAfter is 00:00:00; it must be a duration between 00:00:00.1000000 and 1.00:00:00.")]
    [InlineData("Restart:Budget", "-1", "Restart:Budget is -1; it must be between 0 and 1000.")]
    [InlineData("Restart:Window", "00:00:00", "Restart:Window is 00:00:00; it must be a duration between 00:00:01 and 1.00:00:00.")]
    [InlineData("Limits:SoftMemoryBytes", "-1", "Limits:SoftMemoryBytes is -1; it must be between 0 and 9223372036854775807.")]
    [InlineData("Limits:HardMemoryBytes", "-1", "Limits:HardMemoryBytes is -1; it must be between 0 and 9223372036854775807.")]
    [InlineData("Limits:MaxProcesses", "-1", "Limits:MaxProcesses is -1; it must be between 0 and 1000000.")]
    [InlineData("Stop:Interrupt", "00:01:00", "Stop:Interrupt is 00:01:00; it must be a duration between 00:00:00 and 00:00:05.")]
    [InlineData("Stop:Terminate", "00:01:00", "Stop:Terminate is 00:01:00; it must be a duration between 00:00:00 and 00:00:15.")]
    [InlineData("Stop:Kill", "00:00:00", "Stop:Kill is 00:00:00; it must be a duration between 00:00:00.1000000 and 00:00:05.")]
    public void Setting_NotAllowed_IsNamedWithItsWholeKey(string key, string value, string sentence) =>
        Assert.Equal($"Sidecar:Sidecars:web:{sentence}", Assert.Single(Refused(("Command", "node"), (key, value))));

    [Fact]
    public void Settings_ThatDoNotFitTogether_AreNamed()
    {
        Assert.Equal(
            "Sidecar:Sidecars:web:Port is 80; it must be 0 or not set when Sidecar:Sidecars:web:AssignPort is true.",
            Assert.Single(Refused(("Command", "node"), ("Port", "80"), ("AssignPort", "true"))));
        Assert.Equal(
            "Sidecar:Sidecars:web:Probe:Path is health; it must be a path that begins with '/'.",
            Assert.Single(Refused(("Command", "node"), ("Port", "80"), ("Probe:Type", "http"), ("Probe:Path", "health"))));
    }

    [Theory]
    [InlineData("my.web")]
    [InlineData("my web")]
    [InlineData("wäb")]
    [InlineData("a1234567890123456789012345678901234567890123456789012345678901234")]
    public void Name_NotAllowed_IsRefused(string name)
    {
        var result = Validate(new SidecarsOptions { Sidecars = { [name] = new SidecarOptions { Command = "cat" } } });

        Assert.Equal(
            $"Sidecar:Sidecars:{name} is the section of a sidecar with the name \"{name}\"; a name must have 1 to 64 of letters, digits, '-' and '_'.",
            Assert.Single(result.Failures!));
    }

    [Fact]
    public void Sidecars_TooMany_AreRefused()
    {
        var options = new SidecarsOptions();
        for (var i = 0; i <= SidecarsOptionsValidator.MaxSidecars; i++)
        {
            options.Sidecars[$"s{i}"] = new SidecarOptions { Command = "cat" };
        }

        Assert.Equal("Sidecar:Sidecars has 65 sidecars; it must have at most 64.", Assert.Single(Validate(options).Failures!));
    }

    private static ValidateOptionsResult Validate(SidecarsOptions options) => new SidecarsOptionsValidator().Validate(null, options);

    private static IEnumerable<string> Refused(params (string Key, string Value)[] settings) =>
        Assert.Throws<OptionsValidationException>(() => Read(settings)).Failures;

    private static Dictionary<string, SidecarOptions> Read(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        foreach (var (key, value) in settings)
        {
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>($"Sidecar:Sidecars:web:{key}", value)]);
        }

        builder.AddSidecars();
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<SidecarsOptions>>().Value.Sidecars;
    }
}
