using Sidecar.Benchmarks;

// Each run starts the real program, measures from outside and prints a table row. See bench/RESULTS.md.
return args switch
{
    ["list", var program, var corpus] => await ListRun.RunAsync(program, corpus),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: list <path of SessionApi> <corpus folder with manifest.json>");
    return 2;
}
