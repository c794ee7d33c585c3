using System.ComponentModel.DataAnnotations;
using Sidecar.Supervision.Probing;
using Sidecar.Supervision.Restarting;
using Sidecar.Supervision.Settings;

namespace Sidecar.Tests.Supervision.Settings;

public sealed class SettingRangeTests
{
    private static readonly DurationRangeAttribute Duration = new("Sidecar:Part", "00:00:00.100", "1.00:00:00");
    private static readonly NumberRangeAttribute Number = new("Sidecar:Part", 1, 3_000_000_000);

    [Theory]
    [InlineData("00:00:00.100", true)]
    [InlineData("1.00:00:00", true)]
    [InlineData("00:00:00.0999999", false)]
    [InlineData("1.00:00:00.0000001", false)]
    [InlineData("-00:00:01", false)]
    public void Duration_AtItsEnds_IsAllowedUpToThem(string value, bool isAllowed) =>
        Assert.Equal(isAllowed, Check(Duration, TimeSpan.Parse(value, null)) is null);

    [Theory]
    [InlineData(1L, true)]
    [InlineData(3_000_000_000L, true)]
    [InlineData(0L, false)]
    [InlineData(3_000_000_001L, false)]
    public void Number_AtItsEnds_IsAllowedUpToThem(long value, bool isAllowed) => Assert.Equal(isAllowed, Check(Number, value) is null);

    [Fact]
    public void Duration_OutOfRange_NamesKeyValueAndRange() => Assert.Equal(
        "Sidecar:Part:Patience is 00:00:00.0500000; it must be a duration between 00:00:00.1000000 and 1.00:00:00.",
        Check(Duration, TimeSpan.FromMilliseconds(50)));

    [Fact]
    public void Number_OutOfRange_NamesKeyValueAndRange() => Assert.Equal(
        "Sidecar:Part:Patience is -5; it must be between 1 and 3000000000.", Check(Number, -5));

    [Fact]
    public void Setting_OfAnotherKind_IsNotAllowed()
    {
        Assert.Equal("Sidecar:Part:Patience is not set; it must be between 1 and 3000000000.", Check(Number, null));
        Assert.NotNull(Check(Duration, 5));
        Assert.NotNull(Check(Number, "5"));
    }

    [Fact]
    public void Options_ValidatedUnderAPath_NameTheWholeKey()
    {
        var result = new ProbeOptionsValidator().Validate("Sidecar:Sidecars:my-web.Probe", new ProbeOptions { FailureThreshold = 0 });

        Assert.Equal("Sidecar:Sidecars:my-web:Probe:FailureThreshold is 0; it must be between 1 and 100.", Assert.Single(result.Failures!));
    }

    [Fact]
    public void Options_ValidatedWithoutAPath_NameTheirSection() => Assert.StartsWith(
        "Sidecar:Supervision:FailureThreshold is 0;",
        Assert.Single(new ProbeOptionsValidator().Validate(null, new ProbeOptions { FailureThreshold = 0 }).Failures!),
        StringComparison.Ordinal);

    [Fact]
    public void Restarts_Defaults_Pass() => Assert.True(new RestartOptionsValidator().Validate(null, new RestartOptions()).Succeeded);

    private static string? Check(SettingRangeAttribute range, object? value) =>
        range.GetValidationResult(value, new ValidationContext(new object()) { MemberName = "Patience" })?.ErrorMessage;
}
