//! Why enrollment refuses.

macro_rules! enrollment_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! { $($then)*; $($rows)*

        }
    };
}
