namespace Sidecar.AppHost.Local;

/// <summary>
/// The console: whole lines, each with the name of who says it. A console that is gone (a closed terminal, a broken pipe) is no reason to
/// stop the services.
/// </summary>
internal sealed class ConsoleOutput
{
    private readonly Lock _gate = new();

    public void Say(string message) => Write("apphost", message);

    public void Write(string name, string line)
    {
        lock (_gate)
        {
            try
            {
                Console.Out.WriteLine($"[{name}] {line}");
            }
            catch (IOException)
            {
                // Nobody reads any more.
            }
        }
    }
}
