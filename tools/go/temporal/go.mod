module bankside/tools/temporal

go 1.26

// v1.6 and later cannot be built as a dependency.
require github.com/temporalio/cli v1.5.1
