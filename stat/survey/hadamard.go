package survey

// Hadamard returns a matrix of +1 and -1 with orthogonal rows, of the smallest
// order at least n that Sylvester's doubling and Paley's two constructions
// over prime fields give; its first row and column are +1.
//
// Source: Paley (1933), Journal of Mathematics and Physics 12, 311-320; Wolter
// (2007), Introduction to Variance Estimation, appendix A.
func Hadamard(n int) [][]int8 {
	for order := max(1, n); ; order++ {
		if m := hadamard(order); m != nil {
			return m
		}
	}
}

// hadamard returns a matrix of the order, nil when no construction gives it.
func hadamard(order int) [][]int8 {
	switch {
	case order == 1:
		return [][]int8{{1}}
	case order%4 != 0 && order != 2:
		return nil
	case order%4 == 0 && prime(order-1):
		return paleyOne(order - 1)
	case order%4 == 0 && order/2%4 == 2 && prime(order/2-1):
		return paleyTwo(order/2 - 1)
	}
	half := hadamard(order / 2)
	if half == nil {
		return nil
	}
	m := square(order)
	for i := range m {
		for j := range m {
			m[i][j] = half[i%len(half)][j%len(half)]
			if i >= len(half) && j >= len(half) {
				m[i][j] = -m[i][j]
			}
		}
	}
	return m
}

func square(order int) [][]int8 {
	m := make([][]int8, order)
	for i := range m {
		m[i] = make([]int8, order)
	}
	return m
}

func prime(q int) bool {
	for f := 2; f*f <= q; f++ {
		if q%f == 0 {
			return false
		}
	}
	return q > 1
}

// residues returns the quadratic character of 0..q-1.
func residues(q int) []int8 {
	character := make([]int8, q)
	for i := 1; i < q; i++ {
		character[i] = -1
	}
	for i := 1; i < q; i++ {
		character[i*i%q] = 1
	}
	return character
}

// paleyOne is the matrix of order q + 1, q prime and 3 modulo 4.
func paleyOne(q int) [][]int8 {
	m, character := square(q+1), residues(q)
	for i := range m {
		for j := range m {
			switch {
			case i == 0 || j == 0:
				m[i][j] = 1
			case character[(i+j-2)%q] == -1:
				m[i][j] = 1
			default:
				m[i][j] = -1
			}
		}
	}
	return m
}

// paleyTwo is the matrix of order 2(q + 1), q prime and 1 modulo 4, with its
// rows and columns signed so that the first are +1.
func paleyTwo(q int) [][]int8 {
	character := residues(q)
	core := square(q + 1)
	for i := range core {
		for j := range core {
			switch {
			case i == 0 && j == 0:
			case i == 0 || j == 0:
				core[i][j] = 1
			default:
				core[i][j] = character[(i-j+q)%q]
			}
		}
	}
	m := square(2 * (q + 1))
	for i := range m {
		for j := range m {
			c := core[i/2][j/2]
			switch {
			case c == 0 && (i%2 == 1 || j%2 == 1) && i%2+j%2 == 1, c == 0 && i%2 == 1:
				m[i][j] = -1
			case c == 0:
				m[i][j] = 1
			case i%2 == 1 && j%2 == 1:
				m[i][j] = -c
			default:
				m[i][j] = c
			}
		}
	}
	return signed(m)
}

// signed turns rows then columns so that the first of each is +1.
func signed(m [][]int8) [][]int8 {
	for j := range m {
		if m[0][j] < 0 {
			for i := range m {
				m[i][j] = -m[i][j]
			}
		}
	}
	for i := range m {
		if m[i][0] < 0 {
			for j := range m {
				m[i][j] = -m[i][j]
			}
		}
	}
	return m
}
