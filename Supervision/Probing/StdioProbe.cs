using System.Text;

namespace Sidecar.Supervision.Probing;

/// <summary>
/// A line on the program's standard input that must be answered by a line on its standard output. There is never more than one question open: a
/// program that does not read cannot fill its pipe with ours, and a late answer still answers the question that was asked.
/// A program that writes lines by itself passes; ask only one that is silent unless it is asked.
/// </summary>
/// <param name="input">The program's standard input; nobody else may be writing to it.</param>
/// <param name="question">What is asked, without the line's end.</param>
public sealed class StdioProbe(Stream input, string question) : IProbe
{
    private readonly byte[] _line = Encoding.UTF8.GetBytes(question + "\n");
    private TaskCompletionSource? _open;

    /// <summary>To be called for every line of the program's standard output.</summary>
    public void OnLine() => Interlocked.Exchange(ref _open, null)?.TrySetResult();

    /// <inheritdoc/>
    public async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = Volatile.Read(ref _open);
            if (answer is null)
            {
                // Before the question: its answer may be there before the write returns.
                answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                Volatile.Write(ref _open, answer);
                await input.WriteAsync(_line, cancellationToken);
                await input.FlushAsync(cancellationToken);
            }

            await answer.Task.WaitAsync(cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            Volatile.Write(ref _open, null); // it was not asked
            return $"its standard input takes no question: {exception.Message}";
        }
        catch (OperationCanceledException)
        {
            return "no line on its standard output answered in time";
        }
    }
}
