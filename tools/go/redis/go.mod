module bankside/tools/redis

go 1.26

require github.com/alicebob/miniredis/v2 v2.35.0

require github.com/yuin/gopher-lua v1.1.1 // indirect

require bankside/tools/memory v0.0.0

replace bankside/tools/memory => ../memory
