module bankside/tools/memory

go 1.26
