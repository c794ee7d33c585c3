using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Timeout;
using Sidecar.ServiceDefaults.Http;

namespace Sidecar.Tests.SessionApi.Worker;

public sealed class RequestPatienceTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Timeouts_OfARequestWithPatience_AreLonger()
    {
        var options = Options();
        var (attempt, total) = await TimeoutsAsync(options, request => RequestPatience.Set(request, Minute));

        Assert.Equal((Minute, Minute + options.TotalRequestTimeout.Timeout), (attempt, total));
    }

    [Fact]
    public async Task Timeouts_OfAnyOtherRequest_AreTheStandardOnes()
    {
        var options = Options();

        Assert.Equal((options.AttemptTimeout.Timeout, options.TotalRequestTimeout.Timeout), await TimeoutsAsync(options, _ => { }));
    }

    private static HttpStandardResilienceOptions Options()
    {
        var options = new HttpStandardResilienceOptions();
        RequestPatience.Heed(options);
        return options;
    }

    private static async Task<(TimeSpan Attempt, TimeSpan Total)> TimeoutsAsync(HttpStandardResilienceOptions options, Action<HttpRequestMessage> set)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://worker/");
        set(request);
        var context = ResilienceContextPool.Shared.Get(TestContext.Current.CancellationToken);
        try
        {
            context.SetRequestMessage(request);
            var arguments = new TimeoutGeneratorArguments(context);
            return (await options.AttemptTimeout.TimeoutGenerator!(arguments), await options.TotalRequestTimeout.TimeoutGenerator!(arguments));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
