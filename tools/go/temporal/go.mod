module bankside/tools/temporal

go 1.26

// v1.6 and later cannot be built as a dependency.
require github.com/temporalio/cli v1.5.1

// The version that it asks for can stay interrupted for ever once a request ran into its deadline under load: from then on
// every operation fails with "interrupted (9)".
require modernc.org/sqlite v1.44.3
