namespace Sidecar.Supervision.Probing;

/// <summary>
/// A GET that must be answered with a success status. A TCP connect would prove nothing: the kernel accepts for a frozen process.
/// </summary>
/// <param name="http">The client; its own time-out must be longer than any probe's.</param>
/// <param name="address">What is asked.</param>
public sealed class HttpProbe(HttpClient http, Uri address) : IProbe
{
    /// <inheritdoc/>
    public async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode ? null : $"{address} answered {(int)answer.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return $"{address}: {exception.Message}";
        }
        catch (OperationCanceledException)
        {
            return $"{address} did not answer in time";
        }
    }
}
