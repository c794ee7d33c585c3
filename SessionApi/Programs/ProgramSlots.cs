using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Programs;

/// <summary>How many programs of a kind run at once; the next ones wait for their turn, but not too many of them.</summary>
/// <param name="running">What counts those that run.</param>
/// <param name="waiting">What counts those that wait.</param>
internal sealed class ProgramSlots(Bound running, Bound waiting)
{
    private readonly SemaphoreSlim _free = new((int)running.Limit);

    /// <summary>Waits for a place; disposing the result gives it back.</summary>
    /// <exception cref="ApiErrorException">503 <c>BUSY</c>: too many wait already.</exception>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        if (!_free.Wait(0, CancellationToken.None))
        {
            if (!waiting.TryAdd(1))
            {
                throw new ApiErrorException(new ApiError(
                    StatusCodes.Status503ServiceUnavailable, "BUSY", $"{waiting.Limit} requests wait for {running.Name} already; try again"));
            }

            try
            {
                await _free.WaitAsync(cancellationToken);
            }
            finally
            {
                waiting.Remove(1);
            }
        }

        running.Add(1);
        return new Slot(this);
    }

    private void GiveBack()
    {
        running.Remove(1);
        _free.Release();
    }

    private sealed class Slot(ProgramSlots slots) : IDisposable
    {
        private ProgramSlots? _slots = slots;

        public void Dispose() => Interlocked.Exchange(ref _slots, null)?.GiveBack();
    }
}
