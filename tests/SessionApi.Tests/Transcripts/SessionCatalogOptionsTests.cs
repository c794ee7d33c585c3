using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class SessionCatalogOptionsTests
{
    [Theory]
    [InlineData("00:00:00.100", true)]
    [InlineData("01:00:00", true)]
    [InlineData("00:00:00.099", false)]
    [InlineData("01:00:01", false)]
    public void Validate_SweepInterval_NamesKeyValueAndRange(string interval, bool isValid)
    {
        var options = new SessionCatalogOptions { SweepInterval = TimeSpan.Parse(interval, null) };

        var result = new SessionCatalogOptionsValidator().Validate(name: null, options);

        Assert.Equal(isValid, result.Succeeded);
        if (!isValid)
        {
            Assert.Contains("Sidecar:Sessions:SweepInterval is " + options.SweepInterval, result.FailureMessage, StringComparison.Ordinal);
            Assert.Contains("00:00:00.1000000 and 01:00:00", result.FailureMessage, StringComparison.Ordinal);
        }
    }
}
