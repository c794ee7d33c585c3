using System.Net;
using System.Net.Sockets;
using System.Text;
using Sidecar.Supervision.Probing;

namespace Sidecar.Tests.Supervision.Probing;

public sealed class HttpProbeTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HttpClient _http = new();

    public HttpProbeTests() => _listener.Start();

    private Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/alive");

    [Theory]
    [InlineData("200 OK", null)]
    [InlineData("503 Service Unavailable", "answered 503")]
    public async Task Ask_AnAnswer_CountsByItsStatus(string status, string? expected)
    {
        var answering = AnswerAsync(status);

        var problem = await new HttpProbe(_http, Address).AskAsync(TestContext.Current.CancellationToken);
        using var connection = await answering;

        Assert.Equal(expected is null, problem is null);
        Assert.Contains(expected ?? "", problem ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_TheKernelAcceptsButNobodyAnswers_IsAFailureAtTheDeadline()
    {
        // The listener's backlog takes the connection, as for a frozen process.
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), TimeProvider.System);

        var problem = await new HttpProbe(_http, Address).AskAsync(deadline.Token);

        Assert.Contains("did not answer in time", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-40)] // who asks has slept too long: what is left of a start-up time
    public async Task Ask_TheDeadlineHasPassed_CountsAsUnanswered(int milliseconds)
    {
        var problem = await new HttpProbe(_http, Address).AskAsync(
            TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Contains("did not answer in time", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_NobodyListens_IsAFailure()
    {
        var address = Address;
        _listener.Stop();

        Assert.NotNull(await new HttpProbe(_http, address).AskAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _http.Dispose();
    }

    private async Task<Socket> AnswerAsync(string status)
    {
        var connection = await _listener.AcceptSocketAsync();
        await connection.ReceiveAsync(new byte[4096]);
        await connection.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n"));
        return connection;
    }
}
